// Looks for content where none may be: words in every form, in files, tables, topics, traffic and the memory of processes. Without jest, for programs too.
export { BothEnds } from './secrecy/both-ends.js';
export type { EndsPlace } from './secrecy/both-ends.js';
export { Canaries, needle } from './secrecy/canaries.js';
export type { Needle } from './secrecy/canaries.js';
export { formsOf } from './secrecy/forms.js';
export { heapSnapshot, snapshotArguments } from './secrecy/heap-snapshot.js';
export { addressed, passages, templateMessage, textMessage, travel } from './secrecy/journey.js';
export type { Answer, Ends, Passage } from './secrecy/journey.js';
export { gatewayMistakes, strays } from './secrecy/mistakes.js';
export type { Mistake, Stray } from './secrecy/mistakes.js';
export { planted } from './secrecy/planted.js';
export type { Plant } from './secrecy/planted.js';
export { memoryOf, memoryUnavailable } from './secrecy/process-memory.js';
export { Scanner } from './secrecy/scanner.js';
export type { Finding } from './secrecy/scanner.js';
export { bytesOf, filesIn, tablesOf, topicsOf } from './secrecy/sinks.js';
export type { Sink } from './secrecy/sinks.js';

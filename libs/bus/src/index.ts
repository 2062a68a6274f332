export { createCodec, FRAME_LIMIT } from './codec/codec.js';
export type { Codec, FrameMeta } from './codec/codec.js';
export { FrameError } from './codec/errors.js';
export type { FrameErrorCode } from './codec/errors.js';
export { OffsetOutOfRangeError } from './port/log.js';
export type { Append, Log, LogRecord, NewRecord } from './port/log.js';
export { DataError, SupersededError } from './port/store.js';
export type {
  Acked, DueTimer, LaneCommit, LaneRow, LaneStore, PendingAppend, Place, RebuildStore, SlotOutcome, SlotRequest, SlotStore, StateChange, TimerChange, WaitingRecord,
} from './port/store.js';
export { HaltError, laneLimits, messageOf, StoppedError } from './runner/ports.js';
export type { LaneEnd, LaneLimits, Report, RunnerPorts } from './runner/ports.js';
export { runLane } from './runner/lane.js';
export { laneName } from './runner/session.js';
export type { LaneSpec } from './runner/session.js';
export { HttpSlot, slotLimits, slotName } from './runner/slot.js';
export type { SlotAnswer, SlotLimits, SlotSpec, Submission, Submitted } from './runner/slot.js';
export { isCommand, isOwn } from './runner/work.js';
export { IncomingLinks } from './runner/links.js';
export { CatalogView } from './catalog/view.js';
export { rebuildLane, recoverSlot } from './rebuild/rebuild.js';
export type { Rebuilt, RebuildSpec } from './rebuild/rebuild.js';
export { MemoryLog } from './memory/log.js';
export { canonical, MemoryStore } from './memory/store.js';

// What specs of other projects put in the platform's place.
export { FakeKeyDirectory } from './testing/fake-directory.js';
export { answerAboutKeys } from './testing/directory-http.js';
export { TestEnd, type EndOptions } from './testing/test-end.js';
export { envelopeBetween } from './testing/envelope.js';

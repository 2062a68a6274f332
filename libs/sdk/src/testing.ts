// What specs of other projects put in the platform's place.
export { FakeKeyDirectory } from './end/directory.fixture.js';
export { answerAboutKeys } from './end/directory-http.fixture.js';
export { commitsTo, TestEnd, type EndOptions } from './end/end.fixture.js';

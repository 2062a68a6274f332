import { preset } from '../../jest.preset.mjs';

const [[, [compiler, options]]] = Object.entries(preset.transform);
const parser = { ...options.jsc.parser, tsx: true };
const transform = { ...options.jsc.transform, react: { runtime: 'automatic' } };

export default {
  ...preset,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.ts$': [compiler, options], '^.+\\.tsx$': [compiler, { ...options, jsc: { ...options.jsc, parser, transform } }] },
};

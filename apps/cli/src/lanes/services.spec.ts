import { expect, it } from '@jest/globals';
import { services as platformServices } from '@parley/platform';
import { serviceNames, services } from './services.js';

it('are the services of the platform that have lanes, with the same topologies', () => {
  const withLanes = platformServices.filter(({ topologies }) => topologies.length > 0);
  expect(services).toEqual(withLanes.map(({ name, topologies }) => ({ name, topologies })));
});

it('are, by name, all services of the platform', () => {
  expect(serviceNames).toEqual(platformServices.map(({ name }) => name));
});

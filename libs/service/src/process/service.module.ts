import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { TypeOrmModule, getDataSourceToken } from '@nestjs/typeorm';
import { Writes } from '../http/writes.js';
import { healthController } from '../observation/observation.controller.js';
import { Runtime } from './runtime.js';
import type { ServiceParts } from './service.js';

/** The part of a service's module that all services share: repositories of its entities, its Writes, its health under its prefix. */
@Module({})
export class ServiceModule {
  static for(service: ServiceParts): DynamicModule {
    const repositories = TypeOrmModule.forFeature([...service.entities], service.name);
    const writes = service.writes.length > 0 ? [writesOf(service)] : [];
    return {
      module: ServiceModule,
      imports: [repositories],
      controllers: [healthController(`${service.name}/`, [service])],
      providers: writes,
      exports: [repositories, ...writes.map(({ provide }) => provide)],
    };
  }
}

/** Comes after the data source, whose migrations make the slots' tables. */
function writesOf(service: ServiceParts): FactoryProvider<Writes> {
  return { provide: Writes, inject: [Runtime, getDataSourceToken(service.name)], useFactory: (runtime: Runtime) => new Writes(runtime, service) };
}

import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { httpRole } from '@parley/bus-postgres';
import type { DataSource } from 'typeorm';
import { Businesses } from '../access/businesses.js';
import type { FindBusiness } from '../access/businesses.js';
import { openApiController } from '../api/openapi.controller.js';
import { Rows } from '../database/rows.js';
import { Writes } from '../http/writes.js';
import { healthController } from '../observation/observation.controller.js';
import { Runtime } from './runtime.js';
import type { ServiceParts } from './service.js';

/** The part of a service's module that all services share: the Rows of its schema, its Writes, the Businesses of its callers, its health under its prefix. */
@Module({})
export class ServiceModule {
  static for(service: ServiceParts): DynamicModule {
    const rows = rowsOf(service);
    const writes = service.writes.length > 0 ? [writesOf(service)] : [];
    const businesses = service.findBusiness ? [businessesOf(service.findBusiness)] : [];
    return {
      module: ServiceModule,
      controllers: [healthController(`${service.name}/`, [service]), openApiController({ prefix: service.name, about: service.about })],
      providers: [rows, ...writes, ...businesses],
      exports: [rows.provide, ...[...writes, ...businesses].map(({ provide }) => provide)],
    };
  }
}

/** Comes after the data source, whose migrations make the slots' tables. */
function writesOf(service: ServiceParts): FactoryProvider<Writes> {
  return { provide: Writes, inject: [Runtime, getDataSourceToken(service.name)], useFactory: (runtime: Runtime) => new Writes(runtime, service) };
}

function businessesOf(find: FindBusiness): FactoryProvider<Businesses> {
  return { provide: Businesses, inject: [Runtime], useFactory: (runtime: Runtime) => new Businesses(runtime, find) };
}

function rowsOf({ name }: ServiceParts): FactoryProvider<Rows> & { readonly provide: typeof Rows } {
  return { provide: Rows, inject: [Runtime, getDataSourceToken(name)], useFactory: (runtime: Runtime, source: DataSource) => new Rows(runtime.database, source, httpRole(name)) };
}

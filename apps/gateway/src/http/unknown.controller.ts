import { All, Controller, UseFilters } from '@nestjs/common';
import { Undescribed } from '@parley/service';
import { WireFault } from '../wire/fault.js';
import { FaultFilter } from './fault.filter.js';

/** Every other path of the wire, in the wire's own words. Has to be the last controller. */
@Controller('gateway')
@UseFilters(FaultFilter)
export class UnknownController {
  @All('{*path}')
  @Undescribed('answers what is not there')
  refuse(): never {
    throw new WireFault('invalid-parameter', 'This path or method is not served. Served are /{version}/{phone-number-id}/messages and /media, media by their ids, and the account\'s subscribed_apps, message_templates and phone_numbers; and what is ours under /v1: webhooks, devices, contacts, conversations.');
  }
}

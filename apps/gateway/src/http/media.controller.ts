import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Inject, Next, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Describe, Undescribed } from '@parley/service';
import type { NextFunction, Request, Response } from 'express';
import { Gateway } from '../gateway.js';
import { plainType } from '../media/kinds.js';
import { uploadKeptMs } from '../media/media.js';
import type { Parts } from '../parts.js';
import type { Medium } from '../state/medium.js';
import { WireFault } from '../wire/fault.js';
import { invalid, missing } from '../wire/values.js';
import { Callers } from './caller.js';
import { deleteMedium, uploadMedium } from './descriptions.js';
import { FaultFilter } from './fault.filter.js';
import { readForm, type FormFile } from './upload.js';

/** Files: uploaded by the business's software, or sent by contacts. Has to stand before the account's controller, which answers for every other id. */
@Controller('gateway')
@UseFilters(FaultFilter)
export class MediaController {
  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Gateway) private readonly gateway: Gateway,
  ) {}

  @Post(':version/:phoneNumberId/media')
  @HttpCode(200)
  @Describe(uploadMedium)
  async upload(@Req() request: Request, @Param('version') version: string, @Param('phoneNumberId') phoneNumberId: string) {
    const { parts } = this.callers.admitTo(request, version, phoneNumberId);
    const form = await readForm(request);
    try {
      return { id: await keep(parts, phoneNumberId, form) };
    } finally {
      form.discard(); // Where all was read, nothing is left.
    }
  }

  /** The bytes, for who holds a token and was told this URL within the last minutes. */
  @Get('media/:mediumId/content')
  @Undescribed('its URL is told by GET /{version}/{media-id}')
  async content(@Req() request: Request, @Res() response: Response, @Param('mediumId') id: string, @Query('until') until = '', @Query('proof') proof = ''): Promise<void> {
    const { parts } = this.callers.admit(request, newestVersion);
    if (!parts.media.isProven(id, until, proof)) throw new WireFault('permission', 'This URL is not valid any more, or never was. Ask for the medium again: its URL is good for five minutes.');
    await sendMedium(parts, known(parts, id), response);
  }

  @Get(':version/:mediumId')
  @Undescribed('described with the other objects')
  show(@Req() request: Request, @Res() response: Response, @Next() next: NextFunction, @Param('version') version: string, @Param('mediumId') id: string, @Query('phone_number_id') phoneNumberId?: string): void {
    const { parts } = this.callers.admit(request, version);
    const medium = parts.media.find(id);
    if (medium === null) return next();
    checkNumber(medium, phoneNumberId);
    const { mimeType, sha256, length } = medium.file;
    response.json({ messaging_product: 'whatsapp', url: this.urlOf(parts, id, request), mime_type: plainType(mimeType), sha256, file_size: length, id });
  }

  @Delete(':version/:mediumId')
  @Describe(deleteMedium)
  async remove(@Req() request: Request, @Param('version') version: string, @Param('mediumId') id: string, @Query('phone_number_id') phoneNumberId?: string) {
    const { parts } = this.callers.admit(request, version);
    const medium = known(parts, id);
    checkNumber(medium, phoneNumberId);
    await parts.media.remove(medium);
    return { success: true };
  }

  private urlOf({ media }: Parts, id: string, request: Request): string {
    const base = this.gateway.publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`;
    const { until, proof } = media.proofOf(id);
    return `${base.replace(/\/+$/, '')}/gateway/media/${id}/content?until=${until}&proof=${proof}`;
  }
}

async function keep({ media }: Parts, phoneNumberId: string, { early, fields, ...file }: FormFile): Promise<string> {
  const mimeType = typeOf(early.get('type') ?? '', file.mimeType);
  const medium = await media.keep({ phoneNumberId, mimeType, filename: file.filename, pieces: file.pieces, keptMs: uploadKeptMs });
  try {
    checkFields(await fields(), mimeType, file.mimeType);
    return medium.id;
  } catch (error) {
    await media.remove(medium);
    throw error;
  }
}

/** Versions matter to requests of the wire; the URL of a medium is ours. */
const newestVersion = 'v26.0';

function known({ media }: Parts, id: string): Medium {
  const medium = media.find(id);
  if (medium === null) throw new WireFault('unknown-object', `There is no medium ${/^\d{1,20}$/.test(id) ? id : 'of this id'} here. They are kept for 30 days.`);
  return medium;
}

function checkNumber(medium: Medium, phoneNumberId: string | undefined): void {
  if (phoneNumberId !== undefined && phoneNumberId !== medium.phoneNumberId) throw new WireFault('unknown-object', 'This medium was not uploaded to, and did not come to, the number in phone_number_id.');
}

/** The media type is said twice: in the field `type`, where some write a mere "image", and with the file, where some write nothing of use. */
function typeOf(field: string, part: string): string {
  return field.includes('/') ? field : part;
}

/** The fields that may stand behind the file. */
function checkFields(fields: ReadonlyMap<string, string>, taken: string, part: string): void {
  const product = fields.get('messaging_product');
  if (product === undefined) throw missing('messaging_product', 'is missing: "whatsapp".');
  if (product !== 'whatsapp') throw invalid('messaging_product', 'must be "whatsapp".');
  const type = fields.get('type');
  if (type !== undefined && plainType(typeOf(type, part)) !== plainType(taken)) throw invalid('type', `says ${plainType(type)}, and the file's own part ${plainType(part)}. Put type before the file, or say the same in both.`);
}

/** The first piece has to be there before anything is said: then the answer can still be an error. */
async function sendMedium({ media }: Parts, medium: Medium, response: Response): Promise<void> {
  const pieces = media.open(medium);
  const first = await pieces.next().catch((error: unknown) => {
    const why = error instanceof Error && 'status' in error && error.status === 404 ? 'it is not kept any more' : 'it could not be had, or is not what was sent';
    throw new WireFault('media-download', `The file cannot be downloaded: ${why}.`);
  });
  const { mimeType, length, filename } = medium.file;
  response.setHeader('Content-Type', mimeType).setHeader('Content-Length', length).setHeader('X-Content-Type-Options', 'nosniff').setHeader('Cache-Control', 'private, no-store');
  if (filename !== undefined) response.setHeader('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`);
  const all = async function* () {
    if (!first.done) yield first.value;
    yield* pieces;
  };
  // What fails on the way ends the connection short of its length: whoever reads knows that it is not whole.
  await pipeline(Readable.from(all()), response).catch(() => response.destroy());
}

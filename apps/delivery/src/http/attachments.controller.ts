import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { sealedAttachmentBytes } from '@parley/crypto';
import { Describe, Problem } from '@parley/service';
import type { Request, Response } from 'express';
import { Attachments, chunkBytes } from '../attachments/attachments.js';
import type { Upload } from '../attachments/attachments.js';
import { byteRangeOf } from '../attachments/byte-range.js';
import { fetchAttachment, leaveAttachment } from './descriptions.js';
import { EndGuard, EndOf, OpenToDevices } from './end.guard.js';
import type { End } from './end.guard.js';

/** A plain file of 100 MiB, which is the wire's largest, sealed. */
const maxBytes = sealedAttachmentBytes(100 * 1024 * 1024);
const bytesType = 'application/octet-stream';

/** Sealed files on their way from one end to another. Never more than a chunk of one is in memory, for each request. */
@Controller('delivery/v1/attachments')
@UseGuards(EndGuard)
export class AttachmentsController {
  constructor(@Inject(Attachments) private readonly attachments: Attachments) {}

  @Post()
  @HttpCode(201)
  @OpenToDevices('messages:send')
  @Describe({ ...leaveAttachment, bodyType: bytesType })
  async leave(@EndOf() end: End, @Req() request: Request): Promise<unknown> {
    const upload = await this.attachments.begin(end, lengthOf(request));
    try {
      await this.take(upload, request);
      const expiresAt = await this.attachments.complete(upload);
      return { attachmentId: upload.attachmentId, expiresAt: new Date(expiresAt).toISOString() };
    } catch (error) {
      await this.attachments.abandon(upload);
      throw error;
    }
  }

  @Get(':attachmentId')
  @OpenToDevices('inbox:read')
  @Describe(fetchAttachment)
  async fetch(@Param('attachmentId') attachmentId: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const found = /^at[a-z2-7]{26}$/.test(attachmentId) ? await this.attachments.find(attachmentId) : null;
    if (found === null) throw new Problem('not-found', 'There is no attachment of that id. They are deleted after 30 days.');
    const { bytes } = found;
    response.setHeader('Accept-Ranges', 'bytes');
    const range = byteRangeOf(request.headers.range, bytes);
    if (range === null) throw new Problem('bad-request', `The range lies outside of the attachment, which has ${bytes} bytes.`, [], { 'Content-Range': `bytes */${bytes}` });
    const { first, last } = range === 'whole' ? { first: 0, last: bytes - 1 } : range;
    if (range !== 'whole') response.status(206).setHeader('Content-Range', `bytes ${first}-${last}/${bytes}`);
    response.setHeader('Content-Type', bytesType).setHeader('Content-Length', last - first + 1);
    // Who breaks off has been answered; where reading fails the connection ends short of its length, which the reader sees.
    await pipeline(Readable.from(this.attachments.read(attachmentId, first, last)), response).catch(() => response.destroy());
  }

  /** Stores what comes, chunk by chunk: while one is stored nothing more is read from the connection. */
  private async take(upload: Upload, request: Request): Promise<void> {
    const held = new Uint8Array(Math.min(chunkBytes, upload.bytes));
    let filled = 0;
    let number = 0;
    let left = upload.bytes;
    for await (const piece of incoming(request)) {
      for (let at = 0; at < piece.length; ) {
        const part = piece.subarray(at, at + held.length - filled);
        held.set(part, filled);
        filled += part.length;
        at += part.length;
        left -= part.length;
        if (filled < held.length && left > 0) continue;
        await this.attachments.put(upload, number, held.subarray(0, filled));
        number += 1;
        filled = 0;
      }
    }
    if (left > 0) throw cutOff();
  }
}

async function* incoming(request: Request): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of request) yield piece as Uint8Array;
  } catch (error) {
    if (request.readableAborted || (error as NodeJS.ErrnoException).code === 'ECONNRESET') throw cutOff();
    throw error;
  }
}

function lengthOf(request: Request): number {
  const { 'content-type': type = '', 'content-length': length = '' } = request.headers;
  if (!/^application\/octet-stream\b/i.test(type)) throw new Problem('bad-request', `Send the sealed file as ${bytesType}, as it is.`);
  if (!/^\d{1,15}$/.test(length)) throw new Problem('bad-request', 'Say in Content-Length how many bytes the sealed file has.');
  const bytes = Number(length);
  if (bytes < sealedAttachmentBytes(0)) throw new Problem('bad-request', `A sealed file has at least ${sealedAttachmentBytes(0)} bytes. Was it sealed?`);
  if (bytes > maxBytes) throw new Problem('payload-too-large', `A sealed file has at most ${maxBytes} bytes: 100 MiB before it was sealed.`);
  return bytes;
}

function cutOff(): Problem {
  return new Problem('bad-request', 'The upload ended before all its bytes were there. Nothing was kept; send the file again.');
}

// What a customer's device, a gateway or an integrator needs to speak with the platform.
export {
  decodeContent,
  encodeContent,
  maxTextLength,
  type ContactName,
  type Content,
  type TemplateContent,
  type TemplateParameters,
  type TemplateValue,
  type TextContent,
} from './content/content.js';
export { ContentError, contentErrorCodes, type ContentErrorCode } from './content/error.js';
export {
  openFromContact,
  openFromDevice,
  sealForDevices,
  type ContactOpening,
  type DirectoryEntry,
  type OpenedContent,
  type Opening,
  type Sealing,
} from './content/sealed.js';
export { checkTemplateText, renderTemplate } from './content/template.js';
export { type Accepted, type BusinessNumber, type LookedUpContact, type Registered } from './platform/answers.js';
export {
  consentCall,
  inboundCall,
  PlatformClient,
  receiptsCall,
  type ConsentBody,
  type InboundBody,
  type InboxRequest,
  type Receipt,
  type StoredCall,
} from './platform/client.js';
export { PlatformError, type FieldProblem, type PlatformErrorKind } from './platform/error.js';
export { type EntryPoint, type InboxItem, type InboxMessage, type InboxNotice, type InboxPage, type InboxStatus, type TemplateName } from './platform/inbox.js';
export { usualRetry, type RetryPolicy, type TransportOptions } from './platform/transport.js';
export { type WriteOptions } from './device/writing.js';
export { Device, type DeviceOptions, type Synced, type SyncRequest } from './device/device.js';
export { DeviceError, deviceErrorCodes, type DeviceErrorCode } from './device/error.js';
export { type MessageState, type Profile, type StoredMessage } from './device/records.js';
export { type Flushed } from './device/outbox.js';
export { MemoryStore, type DeviceStore, type StoreChange } from './store/store.js';

// What a customer's device, a gateway or an integrator needs to speak with the platform.
export { decodeContent, encodeContent, quotedBy, senderOf, type Content } from './content/content.js';
export { shownText } from './content/shown.js';
export { cardFields, maxCards, type ContactCard, type ContactsContent } from './content/kinds/contacts.js';
export {
  interactiveLimits,
  type ButtonsContent,
  type CtaUrlContent,
  type InteractiveContent,
  type InteractiveHeader,
  type ListContent,
  type ListRow,
  type ListSection,
  type ReplyButton,
} from './content/kinds/interactive.js';
export { degreeE7, maxPlaceLength, type LocationContent } from './content/kinds/location.js';
export {
  maxCaptionLength,
  maxFilenameLength,
  mediaTypes,
  type AttachedFile,
  type AudioContent,
  type DocumentContent,
  type ImageContent,
  type MediaContent,
  type MediaType,
  type StickerContent,
  type VideoContent,
} from './content/kinds/media.js';
export { maxEmojiLength, type ReactionContent } from './content/kinds/reaction.js';
export { templateButtonLimits, type ButtonReplyContent, type ListReplyContent, type ReplyContent, type TemplateReplyContent } from './content/kinds/reply.js';
export { type ContactName, type Said } from './content/kinds/said.js';
export { type TemplateContent, type TemplateParameters, type TemplateValue } from './content/kinds/template.js';
export { maxTextLength, type TextContent } from './content/kinds/text.js';
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
export { fileOf, wholeOf, type FileSource, type SealedSource } from './attachment/source.js';
export { type TransferOptions } from './attachment/transfer.js';
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
export { type DeviceContent, type WriteOptions } from './device/writing.js';
export { Device, type DeviceOptions, type Synced, type SyncRequest } from './device/device.js';
export { DeviceError, deviceErrorCodes, type DeviceErrorCode } from './device/error.js';
export { type MessageState, type Profile, type StoredMessage } from './device/records.js';
export { type Flushed } from './device/outbox.js';
export { MemoryStore, type DeviceStore, type StoreChange } from './store/store.js';

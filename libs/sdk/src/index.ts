// What a customer's device, a gateway or an integrator needs to speak with the platform.
export { decodeContent, encodeContent, quotedBy, senderOf, templateHashOf, type Content } from './content/content.js';
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
export { checkTemplateText, renderTemplate } from './content/template.js';
export { fileOf, wholeOf, type FileSource, type SealedSource } from './attachment/source.js';
export { type TransferOptions } from './attachment/transfer.js';
export { type Accepted, type BusinessNumber, type LookedUpContact, type Registered, type RegisteredBusinessDevice } from './platform/answers.js';
export {
  consentCall,
  inboundCall,
  PlatformClient,
  receiptsCall,
  type ConsentBody,
  type InboundBody,
  type InboxRequest,
  type PublicKeys,
  type Receipt,
  type StoredCall,
} from './platform/client.js';
export { PlatformError, type FieldProblem, type PlatformErrorKind, type StaleAccount } from './platform/error.js';
export { type EntryPoint, type InboxItem, type InboxMessage, type InboxNotice, type InboxPage, type InboxStatus, type TemplateName } from './platform/inbox.js';
export { usualRetry, type RetryPolicy, type TransportOptions } from './platform/transport.js';
export { Accounts, type LogIdentity } from './end/accounts.js';
export type { AccountKeys, KeyDirectory, PublishedList, PublishedPrekeys } from './end/directory.js';
export { End, type EndParts, type OpenedMessageOf, type OpeningRequest, type SealingRequest, type Verification } from './end/end.js';
export { Enrolment, newOwnKeys, publicKeysOf } from './end/enrolment.js';
export { EndError, endErrorCodes, KeysNeeded, type EndErrorCode, type KeyNeed } from './end/error.js';
export { endKeys, type OwnKeys, type RecordDraft, type Records } from './end/records.js';
export { type DeviceContent, type WriteOptions } from './device/writing.js';
export { Device, type DeviceOptions, type RegisterOptions, type Synced, type SyncRequest } from './device/device.js';
export { DeviceError, deviceErrorCodes, type DeviceErrorCode } from './device/error.js';
export { type MessageState, type Profile, type StoredMessage } from './device/records.js';
export { type Flushed } from './device/outbox.js';
export { BusinessDevice, type BusinessDeviceOptions, type SealedForContact } from './business/business-device.js';
export { commitsTo } from './store/commits.js';
export { Turns } from './turns.js';
export { MemoryStore, type DeviceStore, type StoreChange } from './store/store.js';

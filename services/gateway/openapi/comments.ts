import type { DescField, DescMessage } from '@bufbuild/protobuf';

/** What the contract says above a message or a field, in one paragraph. */
export function commentOf(desc: DescMessage | DescField): string | undefined {
  const path = pathOf(desc).join('.');
  const file = desc.kind === 'message' ? desc.file : desc.parent.file;
  const location = file.proto.sourceCodeInfo?.location.find((one) => one.path.join('.') === path);
  return location?.leadingComments.trim().replace(/\s+/g, ' ') || undefined;
}

/** Numbers of descriptor.proto's fields: https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto */
const FILE_MESSAGES = 4;
const MESSAGE_FIELDS = 2;
const NESTED_MESSAGES = 3;

function pathOf(desc: DescMessage | DescField): number[] {
  if (desc.kind === 'field')
    return [...pathOf(desc.parent), MESSAGE_FIELDS, desc.parent.proto.field.indexOf(desc.proto)];
  const { parent, proto, file } = desc;
  if (parent) return [...pathOf(parent), NESTED_MESSAGES, parent.proto.nestedType.indexOf(proto)];
  return [FILE_MESSAGES, file.proto.messageType.indexOf(proto)];
}

import type {
  MessageAttributeValue,
  PublishBatchInput,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { Courier } from './courier.ts';
import { invalid } from './errors.ts';
import type { Message, Topic } from './records.ts';
import { requireTopic } from './topics.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html; bytes */
const LARGEST = 262_144;
const LONGEST_SUBJECT = 100;
const MOST_ENTRIES = 10;

interface Publication {
  Message?: string | undefined;
  Subject?: string | undefined;
  MessageStructure?: string | undefined;
  MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
}

export function publishOperations(context: AwsContext, topics: Collection<Topic>, courier: Courier) {
  const publish = (topic: Topic, publication: Publication): string => {
    const message = readMessage(context, topic, publication);
    courier.publish(message);
    return message.id;
  };
  return {
    Publish({ TopicArn, TargetArn, PhoneNumber, ...publication }: PublishInput): PublishResponse {
      if (PhoneNumber !== undefined)
        throw invalid('PhoneNumber Reason: text messages are not supported here');
      return { MessageId: publish(requireTopic(topics, TopicArn ?? TargetArn), publication) };
    },

    /** Each entry for itself. */
    PublishBatch({
      TopicArn,
      PublishBatchRequestEntries: entries = [],
    }: PublishBatchInput): PublishBatchResponse {
      const topic = requireTopic(topics, TopicArn);
      if (entries.length === 0)
        throw new AwsError('EmptyBatchRequestException', 'The batch request contains no entries.');
      if (entries.length > MOST_ENTRIES)
        throw new AwsError(
          'TooManyEntriesInBatchRequestException',
          `The batch request contains more than ${MOST_ENTRIES} entries.`,
        );
      if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
        throw new AwsError(
          'BatchEntryIdsNotDistinctException',
          'Two or more batch entries have the same Id.',
        );
      const bytes = entries.reduce((all, { Message = '' }) => all + Buffer.byteLength(Message), 0);
      if (bytes > LARGEST)
        throw new AwsError(
          'BatchRequestTooLongException',
          `The messages have more than ${LARGEST} bytes together.`,
        );
      const Successful = [];
      const Failed = [];
      for (const { Id = '', ...entry } of entries) {
        try {
          Successful.push({ Id, MessageId: publish(topic, entry) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: 'InvalidParameter', Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },
  };
}

function readMessage(context: AwsContext, topic: Topic, publication: Publication): Message {
  const { Message: text = '', Subject: subject, MessageStructure, MessageAttributes = {} } = publication;
  if (text === '') throw invalid('Empty message');
  if (Buffer.byteLength(text) > LARGEST) throw invalid('Message too long');
  if (
    subject !== undefined &&
    (subject === '' || subject.length > LONGEST_SUBJECT || /\p{Cc}/u.test(subject))
  )
    throw invalid('Subject');
  for (const [name, { DataType = '' }] of Object.entries(MessageAttributes))
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType))
      throw new AwsError(
        'ParameterValueInvalidException',
        `The message attribute '${name}' has an invalid type ${DataType}.`,
      );
  return {
    id: context.randomId(),
    topicArn: topic.arn,
    subject,
    bodies: MessageStructure === 'json' ? readBodies(text) : { default: text },
    attributes: MessageAttributes,
    at: context.clock(),
  };
}

function readBodies(text: string): Record<string, string> {
  let bodies: unknown;
  try {
    bodies = JSON.parse(text);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof (bodies as { default?: unknown } | null)?.default !== 'string')
    throw invalid('Message Structure - No default entry in JSON message body');
  return bodies as Record<string, string>;
}

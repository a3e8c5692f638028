import type { SourcedDefinition as Definition } from './definition.ts';
import { embeddedLayout } from './embedded-layout.ts';
import { subjectsOverlap } from './subjects.ts';
import type { Problem } from './yaml-source.ts';

/** Contradictions between streams, the services that use them, and the nodes that hold them. */
export function streams(definition: Definition): Problem[] {
  return [homes, consumed, overlaps, limits, replicas].flatMap((rule) => rule(definition));
}

/** An event outside every stream is lost. Whether two streams would store it twice is said of the streams. */
function homes({ document, services }: Definition): Problem[] {
  const held = document.nats.streams.flatMap(({ subjects }) => subjects);
  return services.flatMap(({ source, document: service }) =>
    service.publishes.flatMap((event, i) =>
      event.startsWith('cb.') || held.some((filter) => subjectsOverlap(filter, event))
        ? []
        : [source.problem(['publishes', i], `${event} is in no stream of gsys.yaml`)],
    ),
  );
}

function consumed({ document, services }: Definition): Problem[] {
  return services.flatMap(({ source, document: service }) =>
    service.consumes.flatMap(({ stream }, i) =>
      document.nats.streams.some(({ name }) => name === stream)
        ? []
        : [source.problem(['consumes', i, 'stream'], `gsys.yaml has no stream ${stream}`)],
    ),
  );
}

/** JetStream refuses a subject that another stream holds. */
function overlaps({ document, source }: Definition): Problem[] {
  const all = document.nats.streams.flatMap(({ name, subjects }, i) =>
    subjects.map((subject, j) => ({ name, subject, at: ['nats', 'streams', i, 'subjects', j] })),
  );
  const names = document.nats.streams.flatMap(({ name }, i) =>
    document.nats.streams.slice(0, i).some((other) => other.name === name)
      ? [source.problem(['nats', 'streams', i, 'name'], `there are two streams ${name}`)]
      : [],
  );
  const subjects = all.flatMap(({ name, subject, at }, i) => {
    const other = all.slice(0, i).find((one) => subjectsOverlap(one.subject, subject));
    return other === undefined
      ? []
      : [source.problem(at, `${subject} of ${name} overlaps ${other.subject} of ${other.name}`)];
  });
  return [...names, ...subjects];
}

function limits({ document, source }: Definition): Problem[] {
  const { streams, maxPayload } = document.nats;
  return streams.flatMap(({ maxMessageBytes, maxAge, duplicateWindow }, i) => {
    const at = (field: string) => ['nats', 'streams', i, field];
    return [
      ...(maxMessageBytes > maxPayload
        ? [source.problem(at('maxMessageBytes'), `is more than nats.maxPayload, ${maxPayload}`)]
        : []),
      ...(duplicateWindow > maxAge
        ? [source.problem(at('duplicateWindow'), `is longer than maxAge, ${maxAge} s`)]
        : []),
    ];
  });
}

function replicas({ document, source }: Definition): Problem[] {
  const embedded = embeddedLayout(0, '', document.redis).nats.length;
  return Object.entries(document.environments).flatMap(([name, environment]) => {
    const nodes = environment.platform === 'embedded' ? embedded : environment.nats.nodes.length;
    return document.nats.streams.flatMap((stream, i) =>
      stream.replicas <= nodes
        ? []
        : [
            source.problem(
              ['nats', 'streams', i, 'replicas'],
              `${stream.replicas} are more than the ${nodes} NATS nodes of ${name}`,
            ),
          ],
    );
  });
}

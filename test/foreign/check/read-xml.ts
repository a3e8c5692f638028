import type { NormalizedSchema } from '@smithy/core/schema';

interface Element {
  name: string;
  children: Element[];
  text: string;
}

/**
 * The result of an awsQuery answer as plain data whose leaves are text. The SDK's own reader drops what it does
 * not know; here it stays, under the name that it came with, to be found.
 */
export function resultOf(xml: string, operation: string, schema: NormalizedSchema): Record<string, unknown> {
  const [answer] = parse(xml).children;
  const metadata = childOf(answer, 'ResponseMetadata');
  if (answer?.name !== `${operation}Response` || !childOf(metadata, 'RequestId')?.text)
    throw new Error(`this is not the answer of ${operation}: ${xml}`);
  const result = childOf(answer, `${operation}Result`);
  if (!result && !schema.isUnitSchema()) throw new Error(`there is no ${operation}Result: ${xml}`);
  return result && !schema.isUnitSchema() ? (contentOf(schema, result) as Record<string, unknown>) : {};
}

/** Members of an awsQuery error. */
export function errorOf(xml: string): Record<string, string> {
  const [answer] = parse(xml).children;
  const error = childOf(answer, 'Error');
  if (answer?.name !== 'ErrorResponse' || !error || !childOf(answer, 'RequestId')?.text)
    throw new Error(`this is not an error of awsQuery: ${xml}`);
  return Object.fromEntries(error.children.map(({ name, text }) => [name, text]));
}

function contentOf(schema: NormalizedSchema, element: Element): unknown {
  if (schema.isStructSchema()) return structOf(schema, element);
  if (schema.isListSchema()) {
    const name = String(schema.getValueSchema().getMergedTraits().xmlName ?? 'member');
    return element.children.map((child) =>
      child.name === name ? contentOf(schema.getValueSchema(), child) : child,
    );
  }
  if (schema.isMapSchema())
    return Object.fromEntries(
      element.children.map((entry) => {
        const [key, value] = entry.children;
        return [key?.text ?? '', value && contentOf(schema.getValueSchema(), value)];
      }),
    );
  return element.children.length > 0 ? element : element.text;
}

function structOf(schema: NormalizedSchema, element: Element): Record<string, unknown> {
  const names = new Map<string, [string, NormalizedSchema]>();
  for (const [name, member] of schema.structIterator())
    names.set(String(member.getMergedTraits().xmlName ?? name), [name, member]);
  return Object.fromEntries(
    element.children.map((child) => {
      const [name, member] = names.get(child.name) ?? [];
      return name && member ? [name, contentOf(member, child)] : [child.name, child.text];
    }),
  );
}

function childOf(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((child) => child.name === name);
}

const TOKENS = /<\?[^>]*\?>|<(\/?)([A-Za-z][\w.-]*)[^>]*?(\/?)>|([^<]+)/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML as AWS writes it: elements and text, no comments, no sections. */
function parse(xml: string): Element {
  const root: Element = { name: '', children: [], text: '' };
  const open = [root];
  for (const [token, closing, name, empty, text] of xml.matchAll(TOKENS)) {
    const parent = open.at(-1) ?? root;
    if (text !== undefined) parent.text += text.replace(/&(\w+);/g, (all, entity) => ENTITIES[entity] ?? all);
    else if (closing) {
      if (open.pop()?.name !== name) throw new Error(`${token} closes what is not open: ${xml}`);
    } else if (name) {
      const element: Element = { name, children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`elements stay open: ${xml}`);
  return root;
}

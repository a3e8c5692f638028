import { sendJson } from '../http-route.ts';
import type { Exchange, Registry } from './route.ts';

/** All tags in order, or `n` of them after `last`. */
export function listTags(_: Registry, { url, repository, response }: Exchange): void {
  const last = url.searchParams.get('last');
  const limit = Number(url.searchParams.get('n') ?? Number.POSITIVE_INFINITY);
  const rest = Object.keys(repository.imageTags)
    .sort()
    .filter((tag) => last === null || tag > last);
  const tags = rest.slice(0, limit);
  const end = tags.at(-1);
  if (rest.length > tags.length && end !== undefined)
    response.setHeader(
      'link',
      `</v2/${repository.name}/tags/list?n=${limit}&last=${encodeURIComponent(end)}>; rel="next"`,
    );
  sendJson(response, 200, { name: repository.name, tags });
}

import { bucketName } from '../sdk/definition.ts';
import { bucket } from '../sdk/kv.ts';
import { runService } from '../sdk/run.ts';
import { settingsEndpoints } from './handlers.ts';

runService({
  main: import.meta.url,
  endpoints: ({ link, definition }) => settingsEndpoints(bucket(link, bucketName(definition))),
});

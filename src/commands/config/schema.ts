import * as Args from '@oclif/core/args';
import * as z from 'zod';
import { BaseCommand } from '../../base-command.ts';
import { fleetSchema } from '../../lib/fleet/fleet-schema.ts';
import { serviceSchema } from '../../lib/fleet/service-schema.ts';

const SCHEMAS = { fleet: fleetSchema, service: serviceSchema };

export default class ConfigSchema extends BaseCommand<typeof ConfigSchema> {
  static override summary = 'print the JSON Schema of gsys.yaml or service.yaml, for editors';
  static override args = {
    which: Args.string({ description: 'which file', options: Object.keys(SCHEMAS), default: 'fleet' }),
  };

  async run() {
    const which = this.args.which as keyof typeof SCHEMAS;
    const schema = z.toJSONSchema(SCHEMAS[which], { io: 'input' });
    this.log(JSON.stringify(schema, null, 2));
    return schema;
  }
}

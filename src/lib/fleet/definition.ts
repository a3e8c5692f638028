import type { FleetDocument } from './fleet-schema.ts';
import type { ServiceDocument } from './service-schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** The definition as it stands on disk. */
export interface DefinitionFiles {
  root: string;
  fleet: TextFile;
  services: (TextFile & { name: string })[];
}

interface TextFile {
  /** Relative to `root`. */
  file: string;
  text: string;
}

/** The parsed and checked files, before names are derived and defaults filled in. Plain data. */
export interface Definition {
  document: FleetDocument;
  services: { name: string; document: ServiceDocument }[];
}

/** A definition with the places of its parts, for complaints. */
export interface SourcedDefinition extends Definition {
  source: YamlSource;
  services: { name: string; document: ServiceDocument; source: YamlSource }[];
}

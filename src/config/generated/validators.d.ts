// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.

/**
 * Checks a value that is merged and interpolated already. After `false`, `errors` holds one error for each thing that is wrong.
 * Not reentrant: read `errors` before the next call.
 */
export interface Validator {
  (data: unknown): boolean
  errors?: SchemaError[] | null
}

/** An error at `instancePath` (a JSON pointer). */
export type SchemaError = { instancePath: string; schemaPath: string; message?: string } & (
  /** The value has another type than all of these. */
  | { keyword: 'type'; params: { type: JsonType | JsonType[] } }
  | { keyword: 'required'; params: { missingProperty: string } }
  /** A key that is not among the `known` ones of this map. */
  | { keyword: 'only'; params: { key: string; known: string[] } }
  /**
   * Completes the sentence `tunnels.db.port must ...`: `be a port from 1 to 65535, or auto`. `words` are accepted as they
   * stand; `text` is the pattern of a text that is, '' where there is none.
   */
  | { keyword: 'must'; params: { must: string; words: (string | boolean)[]; text: string } }
  /** The same about the name of the key itself: `be the name of a variable`. */
  | { keyword: 'keys'; params: { key: string; must: string } }
)

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null'

export declare const validators: {
  /** The top level; `tunnels` only as a map of maps with good names, `defaults` only as a map. */
  project: Validator
  /** One whole tunnel of that driver with defaults, extends and overrides merged; blocks of other drivers are not looked at. */
  connectd: Validator
  ssh: Validator
  tcp: Validator
  command: Validator
}

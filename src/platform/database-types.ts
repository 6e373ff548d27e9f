/** One form for every value that comes out of a database, whichever of the two drivers fetched it. */
import pg from 'pg'

type Parser = (text: string) => unknown

const same: Parser = (text) => text

/**
 * Parsers of PostgreSQL's text format by type OID, given to both drivers; a type that is not listed has the same form
 * in both of them (timestamptz → Date, json and jsonb → parsed, int2/int4/float → number, bool → boolean, text[] → string[]).
 */
export const parsers: Readonly<Record<number, Parser>> = {
  20: wholeNumber, // int8, count(*), sum(int4)
  17: bytes, // bytea
  1700: same, // numeric: exact, so never a float
  1082: same, // date: a LocalDate
  1114: same, // timestamp without time zone: no instant, so no Date
  1186: same, // interval
  1016: listOf(wholeNumber), // int8[]
  1182: listOf(same), // date[]
  1231: listOf(same), // numeric[]
}

/** The same table as pg takes it: the `types` of a pool. */
export function usePgParsers(): pg.CustomTypesConfig {
  return {
    getTypeParser: (oid: number) => parsers[oid] ?? pg.types.getTypeParser(oid),
  }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number without loss`)
  return value
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

/** Arrays of one dimension whose elements need no quotes. */
function listOf(parse: Parser): Parser {
  return (text) =>
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((element) => (element === 'NULL' ? null : parse(element)))
}

/** Begins a statement whose one value is what COPY reads from stdin, as both engines are told. */
export const COPY_TEXT = '/* copy */'

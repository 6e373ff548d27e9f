/** The filter of a list to what waits for the reader: where the counts of the home page lead. */
import type { Message } from '../src/platform/errors.ts'
import { Field } from './form.tsx'
import { useWords } from './words.ts'

/** `waits`: what records of the list can wait for, by its code in the address. */
export function WaitsField({ waits, value }: { waits: Record<string, Message>; value: string }) {
  const w = useWords()
  return (
    <Field
      label={w('待办', 'Waiting for')}
      name="waits"
      type="select"
      value={value}
      options={[
        { value: '', label: w('全部', 'All') },
        ...Object.entries(waits).map(([value, { zh, en }]) => ({ value, label: w(zh, en) })),
      ]}
    />
  )
}

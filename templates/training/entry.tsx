/** One value in a table that is a form: the input is named for screen readers, its fault stands in its cell. */
import { fieldId } from '../field-ids.ts'
import type { FormError } from '../form.tsx'

export interface EntryProps {
  /** `items.3.theory`; a fault's pointer is `/items/3/theory` */
  name: string
  /** whose value it is and which */
  label: string
  value: string | number | null | undefined
  errors: FormError[]
  decimal?: boolean
  /** words, not a number */
  text?: boolean
}

export function Entry({ name, label, value, errors, decimal, text }: EntryProps) {
  const fault = faultOf(errors, name)
  const id = fieldId(name)
  return (
    <>
      <input
        id={id}
        name={name}
        value={value ?? undefined}
        size={text ? 16 : 6}
        inputmode={text ? 'text' : decimal ? 'decimal' : 'numeric'}
        autocomplete="off"
        aria-label={label}
        aria-invalid={fault ? 'true' : undefined}
        aria-describedby={fault ? `${id}-error` : undefined}
      />
      {fault && (
        <p class="error" id={`${id}-error`}>
          <span aria-hidden="true">✕ </span>
          {fault}
        </p>
      )}
    </>
  )
}

export function faultOf(errors: FormError[], name: string): string | undefined {
  return errors.find(({ pointer }) => pointer === `/${name.replaceAll('.', '/')}`)?.message
}

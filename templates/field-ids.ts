/** What the controls on a page are called, so that labels, errors and links find them. */
import { createContext } from 'hono/jsx'

/** Before the names of fields in their ids: two forms on one page may ask for the same thing. */
export const IdPrefix = createContext('field')

export function fieldId(name: string): string {
  return `field-${name}`
}

/** What somebody wrote about a person, as it was meant: normalised values and every fault of them. */
import type { Fault } from '../platform/errors.ts'
import { checkBankAccount, checkIdentity, checkName, checkPhone, type Wrong } from './identity.ts'
import type { NewPerson } from './shapes.ts'

/** A row as it was meant: normalised, with what the document says of the person. */
export interface CleanPerson extends Omit<NewPerson, 'education' | 'phone' | 'bank_account'> {
  education: string | null
  phone: string | null
  bank_account: string | null
  birth_date: string | null
  sex: string | null
}

/** `identified`: the number can be one; two that Excel made 1.1E+17 are not the same document. */
export function cleanPerson(row: NewPerson): { clean: CleanPerson; faults: Fault[]; identified: boolean } {
  const faults: Fault[] = []
  const identity = accept(faults, '/id_number', checkIdentity(row.id_type, row.id_number))
  const clean = {
    name: accept(faults, '/name', checkName(row.name))?.name ?? row.name,
    workforce: row.workforce,
    id_type: row.id_type,
    id_number: identity?.id_number ?? row.id_number,
    education: row.education ?? null,
    phone: cleanPhone(faults, row.phone),
    bank_account: cleanAccount(faults, row.bank_account),
    birth_date: identity?.birth_date ?? null,
    sex: identity?.sex ?? null,
  }
  return { clean, faults, identified: identity !== null }
}

export function cleanPhone(faults: Fault[], phone: string | null | undefined): string | null {
  return phone ? (accept(faults, '/phone', checkPhone(phone))?.phone ?? null) : null
}

export function cleanAccount(faults: Fault[], bank_account: string | null | undefined): string | null {
  return bank_account ? (accept(faults, '/bank_account', checkBankAccount(bank_account))?.bank_account ?? null) : null
}

/** What a check of one value found, or null with its fault added to the others. */
export function accept<T extends { ok: true }>(faults: Fault[], pointer: string, checked: T | Wrong): T | null {
  if (checked.ok) return checked
  faults.push({ pointer, code: checked.code, message: checked.message })
  return null
}

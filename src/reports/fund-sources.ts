/** Who pays how much of an amount: the payers of a scheme's version, the last of whom takes what rounding leaves; pure. */

export interface Payer {
  name: string
  /** of the amount, rounded down; or a fixed sum; the last payer has neither and takes the remainder */
  percent?: number
  fixed_fen?: number
}

/** Where a version names nobody, the budget of the district pays. */
const DISTRICT: Payer[] = [{ name: '区县财政' }]

/** Each payer's part, in order; of money that comes back each gets back what they paid. */
export function splitAmong(payers: Payer[] | null, amount_fen: number): { name: string; part_fen: number }[] {
  const named = payers?.length ? payers : DISTRICT
  let left = Math.abs(amount_fen)
  return named.map(({ name, percent, fixed_fen }, at) => {
    const wanted = fixed_fen ?? Math.floor((Math.abs(amount_fen) * (percent ?? 100)) / 100)
    const part = at === named.length - 1 ? left : Math.min(left, wanted)
    left -= part
    return { name, part_fen: amount_fen < 0 ? -part : part }
  })
}

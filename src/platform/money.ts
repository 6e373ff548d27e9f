/** Amounts of money: integer fen inside, yuan for people, capitals for payment papers. Never a floating-point yuan. */
import Nzh from 'nzh/cn'

/** `123450` → `1,234.50`. */
export function formatYuan(fen: number): string {
  return plainYuan(fen).replace(/\B(?=(\d{3})+\.)/g, ',')
}

/** `123450` → `1234.50`, for bank files and CSV. */
export function plainYuan(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`not an amount in fen: ${fen}`)
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** `1,234.5`, `¥1234.50`, `1234.50元` → `123450`; null when it is not an amount with at most two decimals. */
export function parseYuan(text: string): number | null {
  const match = /^([-−]?)[¥\uffe5]?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?元?$/.exec(
    text.replace(/\s/g, '').replaceAll('，', ','),
  )
  if (!match) return null
  const [, sign, yuan = '', decimals = ''] = match
  const fen = Number(yuan.replaceAll(',', '') + decimals.padEnd(2, '0'))
  if (!Number.isSafeInteger(fen)) return null
  return sign && fen > 0 ? -fen : fen
}

/** `14835000` → `壹拾肆万捌仟叁佰伍拾元整` (正确填写票据和结算凭证的基本规定: 整 after yuan, none after jiao and fen). */
export function capitalYuan(fen: number): string {
  // nzh writes 整 only after a number without decimals
  return Nzh.toMoney(plainYuan(fen).replace(/\.00$/, ''), { outSymbol: false })
}

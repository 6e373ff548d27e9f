// Checks the signed code of a certificate in the browser, with the keys that lie in the page; nothing is sent anywhere.
// The form of the code is that of src/credentials/proof-code.ts. A classic script: modules do not load from a saved page.
{
  const known = JSON.parse(document.querySelector('#proof-known').textContent)
  const answer = document.querySelector('#proof-answer')
  const value = (name) => document.querySelector(`#proof-${name}`).value
  const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const KINDS = ['skill_level', 'completion', 'award']

  const bytesOf = (base64url) =>
    Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0))
  const textOf = (bytes) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '')

  function unpack(bytes) {
    const head = bytes[0]
    const kind = KINDS[(head >> 4) & 3]
    if (head >> 6 !== 1 || !kind) return null
    let at = 4
    const take = (count) => {
      at += count
      return bytes.subarray(at - count, at)
    }
    const day = ([high, low]) => new Date(Date.UTC(2000, 0, 1 + ((high << 8) | low))).toISOString().slice(0, 10)
    const issued_on = day(take(2))
    const valid_until = head & 1 ? day(take(2)) : null
    const [form] = take(1)
    const [letters, digits] = [form >> 5, form & 31]
    const most = 26n ** BigInt(letters) * 10n ** BigInt(digits) - 1n
    let number = 0n
    for (const byte of take(Math.ceil(most.toString(16).length / 2))) number = (number << 8n) | BigInt(byte)
    let text = String(number % 10n ** BigInt(digits)).padStart(digits, '0')
    number /= 10n ** BigInt(digits)
    for (let n = 0; n < letters; n++, number /= 26n) text = String.fromCharCode(65 + Number(number % 26n)) + text
    const digests = { subject: take(4), name: take(6), holder: take(3) }
    if (at !== bytes.length) return null
    return { kind, level: (head >> 1) & 7 || null, issued_on, valid_until, number: text, digests }
  }

  async function read(text) {
    const code = text.slice(text.indexOf('#') + 1).trim()
    if (code === '' || /^https?:/.test(code)) return { verdict: 'missing' }
    let bytes = new Uint8Array()
    let facts = null
    try {
      bytes = bytesOf(code)
      if (textOf(bytes) === code) facts = unpack(bytes.subarray(0, -64))
    } catch {}
    if (!facts) return { verdict: 'unreadable' }
    const keys = known.keys.filter(({ kid }) => kid.startsWith(textOf(bytes.subarray(1, 4))))
    if (keys.length === 0) return { verdict: 'unknown_key', facts }
    const signed = new Uint8Array([...new TextEncoder().encode('huyu proof code\n'), ...bytes.subarray(0, -64)])
    for (const key of keys) {
      const { kty, crv, x, y } = key
      const imported = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ECDSA, false, ['verify'])
      if (await crypto.subtle.verify(ECDSA, imported, bytes.subarray(-64), signed)) {
        // the calendar is that of Shanghai
        const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
        const expired = facts.valid_until !== null && facts.valid_until <= today
        return { verdict: expired ? 'expired' : 'valid', facts: { ...facts, issuer_name: key.issuer_name } }
      }
    }
    return { verdict: 'altered', facts }
  }

  // as src/platform/text.ts and people/identity.ts clean what people type
  const clean = (text) =>
    text
      .replace(/[０-９Ａ-Ｚａ-ｚ（）［］｛｝]/g, (sign) => sign.normalize('NFKC'))
      .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
      .replace(/(?<=[A-Za-z0-9])[\u3000\u00a0]+(?=[A-Za-z0-9])/g, ' ')
      .replace(/[\u3000\u00a0]/g, '')
      .replace(/\p{Cc}+/gu, ' ')
      .replace(/(?<=\p{Script=Han})\s*[·•・.．‧∙⋅･]\s*(?=\p{Script=Han})/gu, '·')
      .trim()
  const cleanName = (text) =>
    clean(text)
      .replace(/(?<=[\p{Script=Han}·])\s+(?=[\p{Script=Han}·])/gu, '')
      .replace(/\s+/g, ' ')

  async function agrees(digest, words, number) {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(words + number))
    return textOf(new Uint8Array(hash).subarray(0, digest.length)) === textOf(digest)
  }

  async function check() {
    const { verdict, facts } = await read(value('code'))
    for (const notice of answer.querySelectorAll('[data-verdict]')) notice.hidden = notice.dataset.verdict !== verdict
    const holds = verdict === 'valid' || verdict === 'expired'
    document.querySelector('#proof-facts').hidden = !holds
    if (!holds) return
    const said = { ...facts, kind: known.kinds[facts.kind], level: facts.level && known.levels[facts.level] }
    for (const output of answer.querySelectorAll('[data-said]'))
      output.value = said[output.dataset.said] ?? output.dataset.empty
    const [name, last_four, subject] = [cleanName(value('name')), clean(value('last-four')), clean(value('subject'))]
    const words = { name, holder: name && last_four && `${name}|${last_four.toUpperCase()}`, subject }
    for (const output of answer.querySelectorAll('[data-agrees]')) {
      const fact = output.dataset.agrees
      const same = words[fact] ? await agrees(facts.digests[fact], words[fact], facts.number) : null
      output.value = same === null ? output.dataset.empty : output.dataset[same]
      output.className = same === null ? '' : same ? 'good' : 'bad'
    }
  }

  function take() {
    if (location.hash.length < 2) return
    document.querySelector('#proof-code').value = location.hash
    check()
  }

  document.querySelector('#proof button').addEventListener('click', check)
  addEventListener('hashchange', take)
  take()
}

/** Pinyin of names, by which people are sorted and found: databases and `Intl` sort Chinese differently from each other. */
import { pinyin } from 'pinyin-pro'

/**
 * `曾小贤` → `zengxiaoxian`, `zxx`: the surname is read as a surname, without tones, `ü` as `v`.
 * Latin words are lowered and kept, characters without a reading pass through.
 */
export function namePinyin(name: string): { pinyin: string; initials: string } {
  const syllables = pinyin(name, { surname: 'head', toneType: 'none', v: true, type: 'array', nonZh: 'consecutive' })
    .flatMap((part) => part.toLowerCase().split(/[\s·'’-]+/))
    .filter((part) => part !== '')
  return { pinyin: syllables.join(''), initials: syllables.map((syllable) => [...syllable][0]).join('') }
}

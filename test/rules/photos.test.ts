/** Photos: which files are taken, and that nothing but the picture is kept of them. */
import { describe, expect, test } from 'vitest'
import { checkPhoto } from '../../src/people/photo-rules.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { rasterise } from '../support/pdf.ts'
import { exif, jpeg, png, segment } from '../support/pictures.ts'

const taken = (file: Buffer) => {
  const checked = checkPhoto(file)
  if (!checked.ok) expect.fail(checked.code)
  return Buffer.from(checked.jpeg)
}

describe('a photo', () => {
  test('of the usual size is taken as it is', () => {
    const file = jpeg(413, 579)
    expect(taken(file).equals(file)).toBe(true)
  })

  test.each([
    ['where it was taken', exif(1)],
    ['a comment', segment(0xfe, Buffer.from('30.2741N'))],
    ['notes of an editor', segment(0xed, Buffer.from('Photoshop 30.2741N'))],
  ])('loses %s', (_, more) => {
    expect(taken(jpeg(413, 579, { more: [more] })).equals(jpeg(413, 579))).toBe(true)
  })

  test('loses what stands behind its end', () => {
    expect(taken(Buffer.concat([jpeg(413, 579), Buffer.from('30.2741N')])).equals(jpeg(413, 579))).toBe(true)
  })

  test.each([
    ['exactly as small as may be', 295, 413],
    ['4 % too wide', 427, 579],
    ['4 % too high', 413, 600],
    ['a large one', 1239, 1737],
  ])('that is %s is taken', (_, width, height) => {
    expect(checkPhoto(jpeg(width, height))).toMatchObject({ ok: true, width, height })
  })

  test.each([
    ['no JPEG', png(413, 579), 'photo.format'],
    ['nothing', Buffer.alloc(0), 'photo.format'],
    ['a JPEG that breaks off', jpeg(413, 579).subarray(0, 300), 'photo.format'],
    [
      'one without a picture',
      Buffer.concat([jpeg(413, 579).subarray(0, 120), Buffer.from([0xff, 0xd9])]),
      'photo.format',
    ],
    ['more than 500 KB', Buffer.concat([jpeg(413, 579), Buffer.alloc(512_001)]), 'photo.size'],
    ['one on its side', jpeg(579, 413), 'photo.shape'],
    ['5 % too wide', jpeg(434, 579), 'photo.shape'],
    ['one pixel too small', jpeg(294, 412), 'photo.small'],
    ['one far too large', jpeg(3020, 4234), 'photo.large'],
    ['one that is marked upright', jpeg(413, 579, { more: [exif(6)] }), 'photo.turned'],
    [
      'other colours',
      jpeg(413, 579, { more: [segment(0xe2, Buffer.from('ICC_PROFILE\0\x01\x01Adobe RGB (1998)'))] }),
      'photo.colour',
    ],
  ])('%s is refused', (_, file, code) => {
    expect(checkPhoto(file)).toMatchObject({
      ok: false,
      code,
      message: { zh: expect.any(String), en: expect.any(String) },
    })
  })

  test('in sRGB is taken, whichever way the profile writes it', () => {
    for (const name of ['sRGB IEC61966-2.1', 's\0R\0G\0B\0'])
      expect(
        taken(jpeg(413, 579, { more: [segment(0xe2, Buffer.from(`ICC_PROFILE\0\x01\x01${name}`))] })).equals(
          jpeg(413, 579),
        ),
      ).toBe(true)
  })

  test('is printed in its place', async () => {
    const faces = await loadTypefaces()
    const page = await rasterise(
      await certificatePdf(printed(), faces, { photo: taken(jpeg(413, 579, { grey: 30 })) }),
      72,
    )
    // the middle of the box: 36 + 17.5 mm across, 60 + 24.5 mm down
    const at = 4 * (Math.round((84.5 * 72) / 25.4) * page.width + Math.round((53.5 * 72) / 25.4))
    for (const channel of [0, 1, 2]) expect(Math.abs(page.data[at + channel]! - 30)).toBeLessThan(3)
  })
})

/** JSON routes of photos. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { base64ToBytes } from '../platform/bytes.ts'
import type { App } from '../platform/http.ts'
import { addPhoto, openPhoto, withdrawPhoto } from './photos.ts'
import { reasonShape } from './shapes.ts'

const tag = 'people'

const newPhotoShape = z
  .object({ jpeg: z.base64().max(700_000).meta({ description: 'JPEG, base64; 413 × 579, at most 500 KB' }) })
  .meta({ id: 'NewPhoto', example: { jpeg: '/9j/4AAQSkZJRg==' } })
export const photoWithdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'PhotoWithdrawal', example: { reason: '照片不是本人' } })
const photoShape = z
  .object({
    id: z.uuid(),
    sha256: z.string(),
    bytes: z.number().int(),
    width: z.number().int(),
    height: z.number().int(),
    known_from: z.any(),
  })
  .meta({ id: 'Photo' })

export function photosApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/photo',
      permission: 'photo.write',
      name: 'addPhoto',
      tag,
      summary: '上传照片 Make a JPEG the photo of a person',
      params: idShape,
      body: newPhotoShape,
      answer: photoShape,
      status: 201,
    },
    ({ tx, context, params, body }) => addPhoto(tx, context, params.id, base64ToBytes(body.jpeg)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/people/{id}/photo/withdrawal',
      permission: 'photo.write',
      name: 'withdrawPhoto',
      tag,
      summary: '撤回照片 Withdraw the present photo; certificates that show it are drawn as before',
      params: idShape,
      body: photoWithdrawalShape,
      answer: photoShape,
    },
    ({ tx, context, params, body }) => withdrawPhoto(tx, context, params.id, body.reason),
  )
  read(
    app,
    {
      path: '/people/{id}/photo',
      permission: 'photo.read',
      name: 'getPhoto',
      tag,
      summary: '照片 The photo of a person',
      params: idShape,
      produces: 'image/jpeg',
    },
    async ({ db, context, params }) => jpegAnswer(await openPhoto(db, context, params.id)),
  )
}

/** No cache keeps a face. */
export function jpegAnswer(jpeg: Uint8Array<ArrayBuffer>): Response {
  return new Response(jpeg, { headers: { 'Content-Type': 'image/jpeg', 'Cache-Control': 'no-store' } })
}

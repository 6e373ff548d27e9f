/** The photo of a person: its picture, and the form that uploads it. */
import { z } from 'zod'
import { PhotoPage } from '../../templates/people/photo.tsx'
import { chosenFile, faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import type { App } from '../platform/http.ts'
import { jpegAnswer, photoWithdrawalShape } from './photo-api.ts'
import { addPhoto, getPhotographed, openPhoto, withdrawPhoto } from './photos.ts'

const NO_FILE = '没有选择文件。请选择 .jpg 照片。 / No file was chosen: choose a .jpg.'

export function photosConsole(app: App): void {
  page(app, '/console/people/:id/photo.jpg', 'photo.read', async ({ db, context, params }) =>
    jpegAnswer(await openPhoto(db, context, params.id!)),
  )
  formPage(
    app,
    '/console/people/:id/photo',
    'photo.write',
    z.object({ jpeg: chosenFile(NO_FILE) }),
    async ({ tx, context, params, input }) => {
      await addPhoto(tx, context, params.id!, new Uint8Array(await input.jpeg.arrayBuffer()))
      return { to: `/console/people/${params.id}/photo`, flash: { zh: '照片已保存。', en: 'The photo is saved.' } }
    },
    photoPage,
  )
  form(
    app,
    '/console/people/:id/photo/withdrawal',
    'photo.write',
    photoWithdrawalShape,
    async ({ tx, context, params, input }) => {
      await withdrawPhoto(tx, context, params.id!, input.reason)
      return { to: `/console/people/${params.id}/photo`, flash: { zh: '照片已撤回。', en: 'The photo is withdrawn.' } }
    },
    (call) => photoPage(call, call),
  )
}

async function photoPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const person = await getPhotographed(db, context, params.id!)
  return (
    <PhotoPage
      frame={frameOf(c, person.name)}
      person={person}
      photo={person.photo}
      may_open_person={may(context.actor.role, 'person.read') && context.actor.role !== 'assessor'}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

/** The OpenAPI 3.1 document and its page, which works with no internet. */
import type { App } from './http.ts'

/** `GET /openapi.json` and `GET /docs`; mounted last, when every route is known. */
export function openApiDocument(app: App): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'huyu_session',
    description: 'POST /api/v1/session; over https the cookie is named __Host-huyu_session',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'api_key', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'hyk_<id>_<secret>',
    description: 'a key made under /api/v1/api-keys; the operation names the scope that it needs',
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: '护育 Huyu',
      version: '1',
      description:
        '养老护理员与保育师的培训、证书与津贴 — training, certificates and allowances of carers. Money is integer fen; dates are Asia/Shanghai.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  })
  app.get('/docs', (c) =>
    c.html(
      '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>接口文档 · 护育</title><link rel="stylesheet" href="/assets/swagger-ui/swagger-ui.css"></head><body><main id="docs"></main><script src="/assets/swagger-ui/swagger-ui-bundle.js"></script><script src="/assets/app/docs.js"></script></body></html>',
    ),
  )
}

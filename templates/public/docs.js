// Starts Swagger UI on our own document; nothing is asked of another host.
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  validatorUrl: null,
  docExpansion: 'none',
  tryItOutEnabled: true,
})

import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('protected-resource-metadata', {
  route: '.well-known/oauth-protected-resource/{*path}',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.protectedResourceMetadata,
})

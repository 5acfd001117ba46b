import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('protected-resource-metadata', {
  route: '.well-known/oauth-protected-resource/{*path}',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.protectedResourceMetadata,
})

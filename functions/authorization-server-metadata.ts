import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('authorization-server-metadata', {
  route: '.well-known/oauth-authorization-server/{*path}',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.authorizationServerMetadata,
})

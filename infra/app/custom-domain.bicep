// A host name of the company's own, once it is bound to the app (infra/custom-domain.md): its certificate, and the binding
// that uses it. The binding without TLS, which comes first, stands in no template: deployed again, it would take TLS away.
param appName string
param location string

@description('The host name, e.g. crm-mcp.contoso.com')
param hostName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = { name: appName }

// Issued and renewed by Azure as long as the CNAME leads to the app.
resource certificate 'Microsoft.Web/sites/certificates@2025-03-01' = {
  parent: app
  name: replace(hostName, '.', '-')
  location: location
  properties: { canonicalName: hostName }
}

resource binding 'Microsoft.Web/sites/hostNameBindings@2025-03-01' = {
  parent: app
  name: hostName
  properties: {
    hostNameType: 'Verified'
    customHostNameDnsRecordType: 'CName'
    sslState: 'SniEnabled'
    thumbprint: certificate.properties.thumbprint
  }
}

/** The name is what the log says of an exporter that did not start. */
class OtherExporterLeftOut extends Error {
  name = 'OtherExporterLeftOut'
}

/** Whatever of it is asked for says, when it is used, that it is not there. */
const leftOut = (member) =>
  function () {
    throw new OtherExporterLeftOut(
      `${member} is not deployed: this app sends to Application Insights alone. Take away the OTEL_ setting that names another exporter, propagator or file.`,
    )
  }

// oxlint-disable-next-line no-undef -- CommonJS: a module of named exports cannot have whatever name is asked for
module.exports = new Proxy({}, { get: (_, member) => member === '__esModule' || leftOut(String(member)) })

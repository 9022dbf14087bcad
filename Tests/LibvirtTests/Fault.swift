import Libvirt

/// Ways to make libvirt refuse.
enum Fault: Sendable {
  case noDaemon, malformedXML, senselessXML, badUUID, zeroByte, stopTwice, noNetwork, noPool
  case notInThisDriver, startReadOnly, goneDomain

  func commit() throws {
    if self == .noDaemon {
      _ = try Connection.open(uri: "qemu+unix:///system?socket=/nonexistent/socket")
      return
    }
    let connection = try TestDriver.open(readOnly: self == .startReadOnly)
    switch self {
    case .noDaemon: break
    case .malformedXML: _ = try connection.define(xml: "<domain type='test'><name>")
    case .senselessXML: _ = try connection.define(xml: "<domain type='test'><name>x</name></domain>")
    case .badUUID: _ = try connection.domain(uuid: "not a uuid")
    case .zeroByte: _ = try connection.domain(named: "running\0x")
    case .stopTwice:
      let domain = try connection.domain(named: "running")
      try domain.destroy()
      try domain.destroy()
    case .noNetwork: _ = try connection.network(named: "nobody")
    case .noPool: _ = try connection.storagePool(named: "nobody")
    case .notInThisDriver: _ = try connection.domainCapabilitiesXML()
    case .startReadOnly: try connection.domain(named: "running").destroy()
    case .goneDomain:
      let domain = try connection.define(xml: TestDriver.domain(named: "brief"))
      try domain.undefine()
      _ = try domain.xml()
    }
  }
}

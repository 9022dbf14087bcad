import Libvirt
import Testing

@Suite("Domains")
struct DomainTests {
  @Test("a domain is defined, started, paused, resumed, stopped and undefined")
  func life() throws {
    let connection = try TestDriver.open()
    let uuid = "11111111-2222-3333-4444-555555555555"
    let domain = try connection.define(xml: TestDriver.domain(named: "web-1", uuid: uuid))
    #expect(domain.name == "web-1")
    #expect(domain.uuid == uuid)
    #expect(domain.id == nil)
    #expect(try domain.status().state == .shutOff)
    #expect(try domain.isPersistent())

    try domain.create()
    #expect(try domain.isActive())
    #expect(try domain.status() == DomainStatus(rawState: 1, rawReason: 1))
    #expect(try domain.status().reason == .booted)
    #expect(try connection.domain(named: "web-1").id != nil)

    try domain.suspend()
    #expect(try domain.status().state == .paused)
    #expect(try domain.status().reason == .user)
    try domain.resume()
    #expect(try domain.status().reason == .unpaused)

    try domain.destroy()
    #expect(try domain.status().state == .shutOff)
    #expect(try domain.status().reason == .destroyed)
    #expect(try !domain.isActive())

    try domain.undefine([.managedSave, .snapshotsMetadata])
    #expect(throws: LibvirtError.self) { try connection.domain(uuid: uuid) }
  }

  @Test("a transient domain vanishes when it stops")
  func transient() throws {
    let connection = try TestDriver.open()
    let domain = try connection.createTransient(xml: TestDriver.domain(named: "brief"))
    #expect(try !domain.isPersistent())
    try domain.destroy()
    #expect(try connection.domains().map(\.name) == ["running"])
  }

  @Test("filters narrow the list of domains")
  func filters() throws {
    let connection = try TestDriver.open()
    _ = try connection.define(xml: TestDriver.domain(named: "idle"))
    #expect(try Set(connection.domains().map(\.name)) == ["running", "idle"])
    #expect(try connection.domains(.active).map(\.name) == ["running"])
    #expect(try connection.domains(.inactive).map(\.name) == ["idle"])
    #expect(try connection.domains([.active, .inactive]).count == 2)
    #expect(try connection.domains(.transient).isEmpty)
  }

  @Test("sizes are told in bytes")
  func info() throws {
    let info = try TestDriver.open().domain(uuid: TestDriver.runningUUID).info()
    #expect(info.state == .running)
    #expect(info.maximumMemoryBytes == 8 << 30)
    #expect(info.memoryBytes == 2 << 30)
    #expect(info.vcpus == 2)
  }

  @Test("autostart is set and read")
  func autostart() throws {
    let domain = try TestDriver.open().domain(named: "running")
    #expect(try !domain.autostart())
    try domain.setAutostart(true)
    #expect(try domain.autostart())
  }

  @Test("an element of our own namespace is kept, replaced and removed")
  func metadata() throws {
    let domain = try TestDriver.open().domain(named: "running")
    let namespace = "urn:test:mark"
    #expect(try domain.metadata(namespace: namespace) == nil)
    try domain.setMetadata("<mark revision='1'/>", prefix: "m", namespace: namespace, scope: .saved)
    let kept = try #require(try domain.metadata(namespace: namespace, scope: .saved))
    #expect(kept.contains("revision='1'") || kept.contains("revision=\"1\""))
    #expect(try domain.xml(.inactive).contains("revision="))
    try domain.setMetadata(nil, prefix: "m", namespace: namespace, scope: .saved)
    #expect(try domain.metadata(namespace: namespace, scope: .saved) == nil)
  }

  @Test("the document of a domain holds its name and UUID")
  func xml() throws {
    let xml = try TestDriver.open().domain(named: "running").xml([.inactive, .secure])
    #expect(xml.contains("<name>running</name>"))
    #expect(xml.contains(TestDriver.runningUUID))
  }

  @Test("interface addresses carry MAC and prefix")
  func addresses() throws {
    let interfaces = try TestDriver.open().domain(named: "running").interfaceAddresses(source: .lease)
    let interface = try #require(interfaces.first)
    #expect(interface.mac == "aa:bb:cc:dd:ee:ff")
    let address = try #require(interface.addresses.first)
    #expect(address.text.hasPrefix("192.168.122."))
    #expect(address.prefixLength == 24)
    #expect(!address.isIPv6)
  }

  @Test("snapshots are given as documents")
  func snapshots() throws {
    let domain = try TestDriver.open().domain(named: "running")
    #expect(try domain.snapshotsXML().isEmpty)
    #expect(try !domain.hasManagedSave())
  }

  @Test("a domain keeps its connection open")
  func keepsConnection() throws {
    let domain = try TestDriver.open().domain(named: "running")
    #expect(try domain.isActive())
    #expect(domain.connection.isAlive)
  }
}

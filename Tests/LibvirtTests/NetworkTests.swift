import Libvirt
import Testing

@Suite("Networks")
struct NetworkTests {
  @Test("the list names each network with its bridge")
  func list() throws {
    let network = try #require(try TestDriver.open().networks().first)
    #expect(network.name == "default")
    #expect(network.uuid == "dd8fe884-6c02-601e-7551-cca97df1c5df")
    #expect(try network.bridge() == "virbr0")
    #expect(try network.isActive())
    #expect(try network.isPersistent())
    #expect(try network.xml().contains("192.168.122.1"))
  }

  @Test("a network stops, starts and starts with the host")
  func power() throws {
    let connection = try TestDriver.open()
    let network = try connection.network(named: "default")
    try network.destroy()
    #expect(try !network.isActive())
    try network.create()
    #expect(try connection.network(uuid: network.uuid).isActive())
    #expect(try !network.autostart())
    try network.setAutostart(true)
    #expect(try network.autostart())
  }

  @Test("a network is defined and undefined")
  func definition() throws {
    let connection = try TestDriver.open()
    let network = try connection.defineNetwork(
      xml: "<network><name>lab</name><bridge name='br-lab'/></network>")
    #expect(try Set(connection.networks().map(\.name)) == ["default", "lab"])
    try network.undefine()
    #expect(try connection.networks().map(\.name) == ["default"])
  }

  @Test("a driver without leases says so by its code")
  func leases() throws {
    let network = try TestDriver.open().network(named: "default")
    let error = try #require(throws: LibvirtError.self) { try network.dhcpLeases() }
    #expect(error.code == .noSupport)
  }
}

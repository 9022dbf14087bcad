import Libvirt
import Testing

@Suite("Storage pools")
struct StoragePoolTests {
  @Test("the list names each pool with its space")
  func list() throws {
    let pool = try #require(try TestDriver.open().storagePools().first)
    #expect(pool.name == "default-pool")
    #expect(pool.uuid == "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566")
    #expect(try pool.isActive())
    let info = try pool.info()
    #expect(info.state == .running)
    #expect(info.capacityBytes > 0)
    #expect(info.allocationBytes + info.availableBytes == info.capacityBytes)
    #expect(try pool.xml().contains("/default-pool"))
  }

  @Test("a pool is found by name and UUID")
  func lookup() throws {
    let connection = try TestDriver.open()
    let pool = try connection.storagePool(named: "default-pool")
    #expect(try connection.storagePool(uuid: pool.uuid).identity == pool.identity)
    let error = try #require(throws: LibvirtError.self) { try connection.storagePool(named: "none") }
    #expect(error.code == .noStoragePool)
  }

  @Test("a pool refreshes, stops and starts")
  func power() throws {
    let pool = try TestDriver.open().storagePool(named: "default-pool")
    try pool.refresh()
    #expect(try pool.volumes().isEmpty)
    try pool.destroy()
    #expect(try !pool.isActive())
    let error = try #require(throws: LibvirtError.self) { try pool.volumes() }
    #expect(error.code == .operationInvalid)
    try pool.create()
    #expect(try pool.isActive())
    try pool.setAutostart(true)
    #expect(try pool.autostart())
  }
}

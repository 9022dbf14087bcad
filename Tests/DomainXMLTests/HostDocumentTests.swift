import DomainXML
import Testing

@Suite("Documents about hosts")
struct HostDocumentTests {
  @Test("a host's capabilities are read")
  func capabilities() throws {
    let host = try HostCapabilitiesDocument(parsing: Fixture.text("capabilities"))
    #expect(host.hostUUID == "4a1f0c7e-90b2-4c7b-8d65-2e9a7f31b04d")
    #expect(host.cpu.architecture == "x86_64")
    #expect(host.cpu.vendor == "AMD")
    #expect(host.cpu.topology?.total == 2)
    #expect(host.cpu.features.contains("avx2"))
    #expect(host.cpu.pageSizesBytes == [4096, 2 << 20, 1 << 30])
    #expect(host.cells.count == 1)
    #expect(host.cells[0].memoryBytes == 5_204_180 * 1024)
    #expect(host.cells[0].cpus == [0, 1])
    #expect(host.cells[0].pages.map(\.count) == [1_301_045, 0, 0])
    #expect(host.memoryBytes == Int64(5_204_180 * 1024))
    #expect(host.hasIOMMU == false)
    #expect(host.migrationTransports == ["tcp", "rdma"])
    #expect(host.securityModels == ["none", "dac"])
    let guest = try #require(host.guest(architecture: "x86_64"))
    #expect(guest.emulator(for: .kvm) == "/usr/bin/qemu-system-x86_64")
    #expect(guest.emulator(for: "xen") == nil)
    #expect(guest.runs(as: .qemu))
    #expect(guest.wordSize == 64)
    #expect(guest.machine(named: "q35")?.canonical == "pc-q35-7.2")
    #expect(guest.machine(named: "pc-i440fx-1.7")?.isDeprecated == true)
    #expect(guest.machine(named: "q35")?.maxCPUs == 288)
    #expect(host.guest(architecture: "riscv64") == nil)
  }

  @Test("an emulator's capabilities are read")
  func domainCapabilities() throws {
    let emulator = try DomainCapabilitiesDocument(parsing: Fixture.text("domain-capabilities"))
    #expect(emulator.emulator == "/usr/bin/qemu-system-x86_64")
    #expect(emulator.type == .qemu)
    #expect(emulator.machine == "pc-q35-7.2")
    #expect(emulator.architecture == "x86_64")
    #expect(emulator.maxVCPUs == 288)
    #expect(emulator.cpuModes == [.maximum, .hostModel, .custom])
    #expect(emulator.hostModel == "EPYC")
    #expect(emulator.usableModels.contains("qemu64"))
    #expect(!emulator.usableModels.contains("phenom"))
    #expect(emulator.diskBuses.contains(.sata))
    #expect(!emulator.diskBuses.contains(.ide))
    #expect(emulator.diskDevices.contains(.lun))
    #expect(emulator.graphics.contains(.vnc))
    #expect(emulator.videoModels.contains("virtio"))
    #expect(emulator.firmwares.isEmpty)
  }

  @Test("a network is read")
  func network() throws {
    let network = try NetworkDocument(parsing: Fixture.text("network"))
    #expect(network.name == "lan")
    #expect(network.uuid == "dd8fe884-6c02-601e-7551-cca97df1c5df")
    #expect(network.forwardMode == "nat")
    #expect(network.bridge == "virbr7")
    #expect(network.mac?.description == "52:54:00:aa:11:22")
    #expect(network.portGroups == ["db", "web"])
    #expect(network.subnets.map(\.address) == ["192.168.77.1", "fd00:77::1"])
    #expect(network.subnets[0].ranges.map(\.end) == ["192.168.77.99"])
    #expect(network.subnets[0].hosts.map(\.name) == ["db-1"])
    #expect(network.subnets[1].prefix == 64)
    #expect(network.allMACs.map(\.description) == ["02:1a:2b:00:00:07"])
  }

  @Test("a storage pool is read")
  func pool() throws {
    let pool = try StoragePoolDocument(parsing: Fixture.text("pool"))
    #expect(pool.name == "images")
    #expect(pool.type == "dir")
    #expect(pool.targetPath == "/var/lib/libvirt/images")
    #expect(pool.capacityBytes == 100 << 30)
    #expect(pool.allocationBytes == 25 << 30)
    #expect(pool.availableBytes == 75 << 30)
  }

  @Test("another document's root, or a missing name, is a typed error")
  func wrong() throws {
    let domain = try Fixture.text("live-guest")
    #expect(Fixture.code { () throws(DomainXMLError) in try HostCapabilitiesDocument(parsing: domain) } == .wrongRoot)
    #expect(Fixture.code { () throws(DomainXMLError) in try DomainCapabilitiesDocument(parsing: domain) } == .wrongRoot)
    #expect(Fixture.code { () throws(DomainXMLError) in try NetworkDocument(parsing: domain) } == .wrongRoot)
    #expect(Fixture.code { () throws(DomainXMLError) in try StoragePoolDocument(parsing: domain) } == .wrongRoot)
    #expect(Fixture.code { () throws(DomainXMLError) in try SnapshotDocument(parsing: domain) } == .wrongRoot)
    #expect(Fixture.code { () throws(DomainXMLError) in try NetworkDocument(parsing: "<network/>") } == .missing)
    #expect(Fixture.code { () throws(DomainXMLError) in try StoragePoolDocument(parsing: "<pool/>") } == .missing)
    let bare = "<domainCapabilities/>"
    #expect(Fixture.code { () throws(DomainXMLError) in try DomainCapabilitiesDocument(parsing: bare) } == .missing)
    let host = "<capabilities/>"
    #expect(Fixture.code { () throws(DomainXMLError) in try HostCapabilitiesDocument(parsing: host) } == .missing)
    let negative = "<pool><name>p</name><capacity>-1</capacity></pool>"
    #expect(Fixture.code { () throws(DomainXMLError) in try StoragePoolDocument(parsing: negative) } == .outOfRange)
  }
}

import Libvirt
import Testing

@Suite("What a connection tells of its host")
struct HostTests {
  @Test("processors and memory come with their units")
  func nodeInfo() throws {
    let info = try TestDriver.open().nodeInfo()
    #expect(info.model == "i686")
    #expect(info.memoryBytes == 3 << 30)
    #expect(info.cpus == 16)
    #expect(info.megahertz == 2100)
    #expect([info.nodes, info.sockets, info.cores, info.threads] == [2, 2, 2, 2])
  }

  @Test("versions, names and documents are told")
  func identity() throws {
    let connection = try TestDriver.open()
    #expect(try connection.libvirtVersion() == Version.ofClientLibrary())
    #expect(try connection.libvirtVersion().major >= 9)
    #expect(try connection.hypervisorType() == "TEST")
    _ = try connection.hypervisorVersion()
    #expect(try !connection.hostname().isEmpty)
    #expect(try connection.uri().hasPrefix("test:///"))
    #expect(try connection.capabilitiesXML().contains("<arch>i686</arch>"))
    #expect(connection.isAlive)
  }

  @Test("processors online are listed by number")
  func cpuMap() throws {
    let map = try TestDriver.open().cpuMap()
    #expect(map.present >= map.online.count)
    #expect(!map.online.isEmpty)
    #expect(map.online == map.online.sorted())
    #expect(map.online.allSatisfy { (0..<map.present).contains($0) })
  }

  @Test("free pages are told for each size on each node")
  func freePages() throws {
    let connection = try Connection.open(uri: "test:///default")
    let pages = try connection.freePages(pageKibibytes: [4, 2048], nodes: 2)
    #expect(pages.map(\.pageKibibytes) == [4, 2048])
    try #require(pages.count == 2 && pages.allSatisfy { $0.countByNode.count == 2 })
    #expect(pages[0].countByNode[0] != pages[1].countByNode[0])
    #expect(try connection.freePages(pageKibibytes: [], nodes: 2).isEmpty)
    #expect(try connection.freePages(pageKibibytes: [4], nodes: -1).isEmpty)
    #expect(try connection.freePages(pageKibibytes: [4], nodes: .max).isEmpty)
  }

  @Test("free memory is told in bytes")
  func freeMemory() throws {
    #expect(try Connection.open(uri: "test:///default").freeMemoryBytes() > 0)
  }

  @Test("a driver in this process needs no keepalive")
  func keepAlive() throws {
    #expect(try !TestDriver.open().setKeepAlive(intervalSeconds: 5, count: 3))
  }
}

import Fleet
import Testing

@testable import Agent

@Suite("agent.toml")
struct AgentConfigurationTests {
  @Test("everything in it is read")
  func whole() throws {
    let text = """
      [agent]
      image_dir = "/srv/images"
      libvirt_uri = "qemu:///session"
      [capacity]
      vcpus = 16
      memory = "8GiB"
      disk = 42949672960
      cpu_ratio = 4
      memory_ratio = 1.5
      reserved_memory = "512MiB"
      """
    let configuration = try AgentConfiguration(toml: text, named: "agent.toml")
    #expect(configuration.imageDirectory == "/srv/images")
    #expect(configuration.libvirtURI == "qemu:///session")
    let capacity = configuration.capacity(logicalCPUs: 2, memory: .gibibytes(1), disk: .gibibytes(1))
    #expect(
      capacity
        == HostCapacity(
          vcpus: 16, memory: .gibibytes(8), disk: .gibibytes(40), cpuRatio: 4, memoryRatio: 1.5,
          reservedMemory: .mebibytes(512)))
  }

  @Test("what it leaves out is the host's own, less a tenth of its memory, at most 1 GiB")
  func defaults() throws {
    let configuration = try AgentConfiguration(toml: "", named: "agent.toml")
    let small = configuration.capacity(logicalCPUs: 4, memory: .gibibytes(4), disk: .gibibytes(100))
    #expect(small.reservedMemory == ByteCount(bytes: ByteCount.gibibytes(4).bytes / 10))
    let large = configuration.capacity(logicalCPUs: 4, memory: .gibibytes(64), disk: .gibibytes(100))
    #expect(large.reservedMemory == .gibibytes(1))
    #expect(large.vcpus == 4 && large.memory == .gibibytes(64) && large.disk == .gibibytes(100))
  }

  @Test(
    "what is wrong is refused with its line",
    arguments: [
      ("[capacity]\nvcpu = 4", "line 2", "did you mean vcpus?"),
      ("[agent]\n\n# a remark\nimage-dir = '/x'", "line 4", "did you mean image_dir?"),
      ("[capacty]\nvcpus = 4", "line 1", "did you mean capacity?"),
      ("[capacity]\ncolour = 'red'", "line 2", "known there: vcpus"),
      ("[capacity]\nvcpus = '4'", "line 2", "must be a whole number"),
      ("[capacity]\nvcpus = 0", "line 2", "not from 1 to"),
      ("[capacity]\nvcpus = -3", "line 2", "not from 1 to"),
      ("[capacity]\nmemory = true", "line 2", "must be a size"),
      ("[capacity]\nmemory = 'lots'", "line 2", "is not a size"),
      ("[capacity]\nmemory = 9223372036854775808", "line 2", ""),
      ("[capacity]\ndisk = -1", "line 2", "is negative"),
      ("[capacity]\ncpu_ratio = 1000", "line 2", "not from 0.1"),
      ("[capacity]\ncpu_ratio = nan", "line 2", "not from 0.1"),
      ("[capacity]\nmemory = '1GiB'\nreserved_memory = '2GiB'", "line 3", "leaves nothing"),
      ("[agent]\nimage_dir = 'images'", "line 2", "is not a path"),
      ("[agent]\nimage_dir = '/a/../b'", "line 2", "is not a path"),
      ("[agent]\nimage_dir = ['/a']", "line 2", "must be text"),
      ("[agent]\nlibvirt_uri = 'here'", "line 2", "no libvirt URI"),
      ("agent = 3", "line 1", "must be a table"),
      ("agent.image_dri = '/x'", "", "did you mean image_dir?"),
      ("[agent\n", "line 1", ""),
    ])
  func wrong(text: String, line: String, words: String) {
    let error = #expect(throws: FleetError.self) { try AgentConfiguration(toml: text, named: "agent.toml") }
    #expect(error?.code == .invalid)
    #expect(error?.message.hasPrefix("agent.toml") == true)
    #expect(error?.message.contains(line) == true || line.isEmpty, "\(error?.message ?? "")")
    #expect(error?.description.contains(words) == true || words.isEmpty, "\(error?.description ?? "")")
  }
}

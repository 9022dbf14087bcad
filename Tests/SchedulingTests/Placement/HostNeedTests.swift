import Fleet
import FleetTestKit
import Testing

@testable import Scheduling

@Suite("What a VM's document asks of a host")
struct HostNeedTests {
  private static let offers: Set<String> = [
    "tpm/", "tpm/passthrough", "video/", "video/vga", "video/virtio", "pci/", "pci/0000:00:02.0", "usb/", "firmware/",
    "iommu/on",
  ]

  private func refusal(
    _ needs: HostNeed..., change: (inout PlacementRequest, inout HostSnapshot) -> Void = { _, _ in }
  ) -> Refusal? {
    var host = HostSnapshot.sample()
    host.traits.offers = Self.offers
    host.traits.cells = [NUMACell(id: 0, memory: .gibibytes(8), cpus: Array(0..<8))]
    var request = PlacementRequest(spec: .sample(), constraints: PlacementConstraints(needs: Set(needs)))
    change(&request, &host)
    return Placement.decide(request, on: [host]).refused.first
  }

  @Test("a host without it is refused by the rule of its kind, with what it has")
  func lacking() {
    let tpm = refusal(HostNeed(.tpm, "emulator", for: "its TPM"))
    #expect(tpm?.rule == "tpm" && tpm?.detail == "wants TPM backend emulator for its TPM, it has passthrough")
    let firmware = refusal(HostNeed(.firmware, "efi", for: "its firmware"))
    #expect(firmware?.detail == "wants firmware efi for its firmware, it has none")
    let usb = refusal(HostNeed(.usb, "0529:0001", for: "its USB device"))
    #expect(usb?.rule == "usb" && usb?.detail.hasSuffix("it has none") == true)
  }

  @Test("a host that has it, and one that was not asked, is not refused for it")
  func present() {
    #expect(refusal(HostNeed(.video, "virtio", for: "its video adapter")) == nil)
    #expect(refusal(HostNeed(.filesystem, "virtiofs", for: "a share")) == nil)
    #expect(refusal(HostNeed(.tpm, "emulator", for: "its TPM")) { $1.traits.offers = [] } == nil)
    #expect(refusal(HostNeed(.pci, "0000:00:02.0", for: "its PCI device")) == nil)
  }

  @Test("pins beyond the host's processors and nodes are refused with the first missing")
  func numbers() {
    let cpus = refusal(HostNeed(.cpus, "6-31,^7", for: "the processors it is pinned to"))
    #expect(cpus?.rule == "cpus" && cpus?.detail.contains("it has no 8 among its 8") == true)
    let nodes = refusal(HostNeed(.nodes, "1", for: "its memory"))
    #expect(nodes?.rule == "nodes" && nodes?.detail.contains("it has no 1 among its 1") == true)
    #expect(refusal(HostNeed(.cpus, "0-7", for: "x")) == nil)
    for text in ["", "a", "1-", "9-2", "0-99999999999", "-1"] { #expect(HostNeed.numbers(in: text) == nil, "\(text)") }
    #expect(HostNeed.numbers(in: "0-3,^2, 8") == [0, 1, 3, 8])
  }

  @Test("a file that is not there and a share that is no directory are refused")
  func files() {
    let share = HostNeed(.directory, "/srv/share", for: "its share")
    #expect(refusal(share) { $1.files = .found(["/srv/share": .missing]) }?.detail.contains("not on it") == true)
    #expect(refusal(share) { $1.files = .found(["/srv/share": .regular]) }?.detail.contains("not a directory") == true)
    #expect(refusal(share) { $1.files = .found(["/srv/share": .directory]) } == nil)
    let loader = HostNeed(.file, "/fw/CODE.fd", for: "its firmware")
    #expect(refusal(loader) { $1.files = .found([:]) }?.rule == "file")
    #expect(refusal(loader) { $1.files = .unknown("it is busy") }?.detail.contains("it is busy") == true)
    #expect(refusal(loader) == nil, "a plan that asks no host refuses none")
  }

  @Test("a device that another VM has, and one behind no IOMMU, is not lent")
  func lent() {
    let card = HostNeed(.pci, "0000:00:02.0", for: "its PCI device")
    let taken = refusal(card) { $1.traits.lent["pci/0000:00:02.0"] = "recorder" }
    #expect(taken?.rule == "lent" && taken?.detail.contains("\"recorder\" has") == true)
    let placed = refusal(card) { request, host in
      var other = request
      other.spec.name = "other"
      host.vms = [PlacedVM(other)]
    }
    #expect(placed?.rule == "lent" && placed?.detail.contains("\"other\"") == true)
    let open = refusal(card) { $1.traits.offers = Self.offers.subtracting(["iommu/on"]).union(["iommu/off"]) }
    #expect(open?.detail.contains("IOMMU is off") == true)
  }

  @Test("a named processor model is asked for under KVM, and gives way elsewhere")
  func model() {
    let need = HostNeed(.cpuModel, "Icelake-Server", for: "its processor")
    #expect(refusal(need) { $1.traits.cpuModels = ["Haswell"] }?.rule == "cpu-model")
    #expect(
      refusal(need) {
        $1.traits.cpuModels = ["qemu64"]
        $1.kvmUsable = false
      } == nil)
  }

  @Test("no plan moves a VM with hardware of its host, or files that nobody looked for")
  func moves() {
    let host = HostSnapshot.sample()
    func rule(_ need: HostNeed) -> String? {
      let request = PlacementRequest(spec: .sample(), constraints: PlacementConstraints(needs: [need]))
      return MigrationFilter.refusal(request, from: host, to: host)?.rule
    }
    #expect(rule(HostNeed(.pci, "0000:00:02.0", for: "its PCI device")) == "migration-device")
    #expect(rule(HostNeed(.directory, "/srv/share", for: "its share")) == "migration-file")
    #expect(rule(HostNeed(.tpm, "emulator", for: "its TPM")) == nil)
    #expect(rule(HostNeed(.volume, "default/a.qcow2", for: "disk \"vda\"")) == "migration-volume")
    var sharing = host
    sharing.traits.sharedPools = ["default"]
    let request = PlacementRequest(
      spec: .sample(), constraints: PlacementConstraints(needs: [HostNeed(.volume, "default/a", for: "disk")]))
    #expect(MigrationFilter.refusal(request, from: sharing, to: sharing) == nil)
  }
}

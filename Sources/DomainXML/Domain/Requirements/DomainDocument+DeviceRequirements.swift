extension DomainDocument {
  /// What the guest's own devices require of the emulator and of the host's files.
  var deviceRequirements: [DomainRequirement] {
    (devices?.children ?? []).flatMap { device -> [DomainRequirement] in
      switch device.name {
      case "disk": diskRequirements(device)
      case "filesystem": filesystemRequirements(device)
      case "tpm": tpmRequirements(device)
      case "video": videoRequirements(device)
      case "graphics": graphicsRequirements(device)
      case "rng": randomRequirements(device)
      case "input": evdevRequirements(device)
      case "serial", "parallel", "console", "channel": characterRequirements(device)
      case "memory": memoryRequirements(device)
      case "vsock": [.init(.file, "/dev/vhost-vsock", for: "its vsock")]
      case "shmem": file(device.child(named: "server")?.attribute("path"), for: "its shared memory")
      default: []
      }
    }
  }

  /// Files that every host has.
  private static let everywhere: Set<String> = ["/dev/urandom", "/dev/random", "/dev/null", "/dev/zero"]

  private func file(_ path: String?, for subject: String) -> [DomainRequirement] {
    guard let path = absolute(path), !Self.everywhere.contains(path) else { return [] }
    return [DomainRequirement(.file, path, for: subject)]
  }

  private func diskRequirements(_ disk: XMLElement) -> [DomainRequirement] {
    let target = disk.child(named: "target")
    let subject = "disk \"\(target?.attribute("dev") ?? "")\""
    var found = target?.attribute("bus").map { [DomainRequirement(.diskBus, $0, for: subject)] } ?? []
    guard let source = disk.child(named: "source") else { return found }
    switch DiskKind(rawValue: disk.attribute("type") ?? "file") {
    case .directory:
      if let path = absolute(source.attribute("dir")) { found.append(.init(.directory, path, for: subject)) }
    case .volume:
      if let pool = source.attribute("pool") {
        found.append(.init(.pool, pool, for: subject))
        // A drive may start without its medium.
        if let name = source.attribute("volume"), ["mandatory", nil].contains(source.attribute("startupPolicy")) {
          found.append(.init(.volume, "\(pool)/\(name)", for: subject))
        }
      }
    case .nvme:
      if let address = source.child(named: "address").flatMap(HostDevice.pciAddress) {
        found.append(.init(.pci, address, for: subject))
      }
    case .vhostUser: found += file(source.attribute("path"), for: subject)
    default: break
    }
    return found
  }

  private func filesystemRequirements(_ share: XMLElement) -> [DomainRequirement] {
    guard ["mount", "template", nil].contains(share.attribute("type")) else { return [] }
    let target = share.child(named: "target")?.attribute("dir") ?? ""
    let subject = "its shared directory \"\(target)\""
    let driver = share.child(named: "driver")?.attribute("type") ?? "path"
    var found = [DomainRequirement(.filesystem, driver, for: subject)]
    let source = share.child(named: "source")
    if let path = absolute(source?.attribute("dir")) { found.append(.init(.directory, path, for: subject)) }
    found += file(source?.attribute("socket"), for: subject)
    found += file(share.child(named: "binary")?.attribute("path"), for: subject)
    return found
  }

  private func tpmRequirements(_ tpm: XMLElement) -> [DomainRequirement] {
    let backend = tpm.child(named: "backend")
    var found: [DomainRequirement] = []
    if let kind = backend?.attribute("type") {
      found.append(.init(.tpm, kind, for: "its TPM"))
      if kind == "passthrough" {
        found += file(backend?.child(named: "device")?.attribute("path") ?? "/dev/tpm0", for: "its TPM")
      }
    }
    if let model = tpm.attribute("model") { found.append(.init(.tpmModel, model, for: "its TPM")) }
    return found
  }

  private func videoRequirements(_ video: XMLElement) -> [DomainRequirement] {
    guard let model = video.child(named: "model")?.attribute("type"), model != "default" else { return [] }
    let driver = video.child(named: "driver")?.attribute("name")
    return [.init(.video, driver == "vhostuser" ? "vhostuser" : model, for: "its video adapter")]
  }

  private func graphicsRequirements(_ graphics: XMLElement) -> [DomainRequirement] {
    guard let kind = graphics.attribute("type") else { return [] }
    var found = [DomainRequirement(.graphics, kind, for: "its display")]
    if let node = graphics.child(named: "gl")?.attribute("rendernode") {
      found += file(node, for: "its display")
    } else if kind == "egl-headless" {
      // libvirt takes the first render node of the host.
      found.append(.init(.directory, "/dev/dri", for: "its display"))
    }
    return found
  }

  private func randomRequirements(_ rng: XMLElement) -> [DomainRequirement] {
    guard let backend = rng.child(named: "backend"), let model = backend.attribute("model") else { return [] }
    let path = model == "random" ? file(backend.trimmedText, for: "its random numbers") : []
    return [.init(.random, model, for: "its random numbers")] + path
  }

  private func evdevRequirements(_ input: XMLElement) -> [DomainRequirement] {
    guard ["passthrough", "evdev"].contains(input.attribute("type")) else { return [] }
    let source = input.child(named: "source")
    return file(source?.attribute("evdev") ?? source?.attribute("dev"), for: "its input device")
  }

  private func characterRequirements(_ device: XMLElement) -> [DomainRequirement] {
    guard device.attribute("type") == "dev" else { return [] }
    return file(device.child(named: "source")?.attribute("path"), for: "its \(device.name) device")
  }

  private func memoryRequirements(_ memory: XMLElement) -> [DomainRequirement] {
    file(memory.descendant("source", "path")?.trimmedText, for: "its memory device")
  }
}

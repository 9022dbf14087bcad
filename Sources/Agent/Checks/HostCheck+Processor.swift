extension HostCheck {
  /// The processor: whether it can run guests under KVM, and whether one runs.
  static let processorChecks = [
    // The processor has VT-x or AMD-V.
    HostCheck("cpu-virtualization") { survey in
      let info = survey.kernel.text("/proc/cpuinfo") ?? ""
      let flags = info.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") } ?? ""
      let words = Set(flags.split(separator: " "))
      if words.contains("vmx") { return .pass("Intel VT-x") }
      if words.contains("svm") { return .pass("AMD-V") }
      if survey.canOpenKVM { return .pass("the processor shows no flag, but /dev/kvm opens") }
      return .fail(
        "the processor shows neither vmx nor svm: guests run emulated, many times slower",
        fix: "enable VT-x or AMD-V in the firmware's settings, or nested virtualization on the outer host")
    },
    // The KVM modules are loaded.
    HostCheck("kvm-modules", safeFix: .loadKVM) { survey in
      let vendor = vendorModule(survey)
      let kvm = survey.kernel.exists("/sys/module/kvm")
      if kvm, survey.kernel.exists("/sys/module/\(vendor)") { return .pass("kvm and \(vendor) are loaded") }
      if survey.canOpenKVM { return .pass("KVM is there without modules to be seen") }
      return .fail("\(kvm ? vendor : "kvm") is not loaded", fix: "modprobe kvm && modprobe \(vendor)")
    },
    // The agent can open /dev/kvm.
    HostCheck("kvm-device", safeFix: .loadKVM) { survey in
      guard survey.kernel.exists("/dev/kvm") else {
        return .fail("there is no /dev/kvm", fix: "modprobe kvm && modprobe \(vendorModule(survey))")
      }
      guard survey.canOpenKVM else {
        return .fail(
          "the user \(survey.user) can't read and write /dev/kvm",
          fix: "usermod -aG kvm \(survey.user) && chown root:kvm /dev/kvm && chmod 0660 /dev/kvm")
      }
      return .pass("/dev/kvm opens for reading and writing")
    },
    // A guest runs under KVM.
    HostCheck("kvm-guest") { survey in
      guard let probe = survey.probe else {
        return .warn("not tried: it needs /dev/kvm and an emulator for x86_64")
      }
      if probe.isUsable { return .pass(probe.detail) }
      return .fail(
        "\(probe.detail); VMs with acceleration \"preferred\" run emulated here",
        fix: "run on bare metal, or on an outer host whose nested virtualization works")
    },
    // Guests can run guests of their own.
    HostCheck("nested") { survey in
      let module = vendorModule(survey)
      switch survey.kernel.text("/sys/module/\(module)/parameters/nested") {
      case "Y", "1": return .pass("guests can run guests of their own")
      case nil: return .warn("not known, as \(module) is not loaded")
      default:
        return .warn(
          "off: guests can't run guests of their own",
          fix: "echo 'options \(module) nested=1' > /etc/modprobe.d/roost-kvm.conf && modprobe -r \(module)"
            + " && modprobe \(module)")
      }
    },
    // Devices can be passed through.
    HostCheck("iommu") { survey in
      if !survey.kernel.names("/sys/class/iommu").isEmpty { return .pass("on") }
      return .warn(
        "off: devices can't be passed through",
        fix: "add \(vendorModule(survey) == "kvm_amd" ? "amd" : "intel")_iommu=on to the kernel's command line and "
          + "boot again"
      )
    },
  ]

  /// The KVM module of this host's processor.
  static func vendorModule(_ survey: CheckSurvey) -> String {
    (survey.kernel.text("/proc/cpuinfo") ?? "").contains("AuthenticAMD") ? "kvm_amd" : "kvm_intel"
  }
}

internal import Fleet

extension Emulator {
  /// The emulator as a fleet file has it.
  var tree: Tree {
    .object([
      "arch": .text(architecture), "machines": .texts(machines), "accelerators": .texts(accelerators),
    ])
  }
}

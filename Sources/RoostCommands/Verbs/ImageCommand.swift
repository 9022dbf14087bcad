internal import ArgumentParser

/// `roost image`
struct ImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image", abstract: "The image library.",
    subcommands: [
      ImageListCommand.self, ImageShowCommand.self, ImageCreateCommand.self, ImageImportCommand.self,
      ImageDeleteCommand.self,
    ])
}

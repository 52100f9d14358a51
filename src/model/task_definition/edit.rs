//! Putting images into a document.

use super::{TaskDefinition, name_of};
use crate::failure::{Code, Failure};
use crate::inputs::TaskDefinitionInputs;
use serde_json::Value;

impl TaskDefinition {
    /// Sets the image of `container` and nothing else.
    pub fn set_image(&mut self, container: &str, image: &str) -> Result<(), Failure> {
        let containers = self.document.get_mut("containerDefinitions");
        let containers = containers.and_then(Value::as_array_mut);
        let mut definitions = containers.into_iter().flatten();
        let found = definitions.find(|entry| name_of(entry) == Some(container));
        match found.and_then(Value::as_object_mut) {
            Some(definition) => {
                definition.insert("image".to_owned(), Value::from(image));
                Ok(())
            }
            None => Err(self.unknown(container)),
        }
    }

    /// Puts in the images that the inputs ask for: those of `images`, and the one that was built,
    /// or else `image`, for `container-name`.
    pub fn put_images(
        &mut self,
        inputs: &TaskDefinitionInputs,
        built: Option<&str>,
    ) -> Result<(), Failure> {
        for (container, image) in &inputs.images {
            self.set_image(container, image)?;
        }
        match built.or(inputs.image.as_deref()) {
            Some(image) => {
                let container = self.container_for_image(inputs)?;
                self.set_image(&container, image)
            }
            None => Ok(()),
        }
    }

    /// `container-name`, or the only container that `images` does not name.
    fn container_for_image(&self, inputs: &TaskDefinitionInputs) -> Result<String, Failure> {
        let named = |container: &str| inputs.images.iter().any(|(name, _)| name == container);
        if let Some(container) = &inputs.container_name {
            return if named(container) {
                Err(twice(container))
            } else {
                Ok(container.clone())
            };
        }
        let containers = self.containers();
        let left: Vec<_> = containers.iter().filter(|name| !named(name)).collect();
        match left.as_slice() {
            [only] => Ok((**only).to_owned()),
            _ => Err(self.ambiguous()),
        }
    }

    fn unknown(&self, container: &str) -> Failure {
        let family = self.family();
        Failure::new(
            Code::UnknownContainer,
            format!("the task definition {family} has no container {container:?}"),
            "Correct container-name or images to a container of the task definition.",
        )
        .because(self.listed())
    }

    fn ambiguous(&self) -> Failure {
        let family = self.family();
        Failure::new(
            Code::BadInputs,
            format!("container-name is not set, and the task definition {family} leaves it open"),
            "Set container-name to the container that gets the image.",
        )
        .because(self.listed())
    }

    fn listed(&self) -> String {
        format!("its containers are {}", self.containers().join(", "))
    }
}

fn twice(container: &str) -> Failure {
    Failure::new(
        Code::BadInputs,
        format!("container-name and images both give an image to the container {container:?}"),
        "Take the container out of images, or name another one in container-name.",
    )
}

"""Filter Atlas: what every convolutional filter of VGG16 responds to."""
